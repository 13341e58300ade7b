"""Which points a virtual user writes: each has one writer, and is known to be there."""

from __future__ import annotations

import contextlib
from itertools import islice

import pytest
from locust_qdrant.config.file import from_options
from locust_qdrant.ledger import WriteKind
from locust_qdrant.targets.qdrant.state import WorkloadState


def state(points=0, worker=0, workers=1, **options):
    workload = from_options({"collection.dim": 4, "collection.points": points, **options})
    return WorkloadState(workload, "x", worker=worker, workers=workers, run_id=7)


def upsert(state, virtual_user, points, good=True):
    write = virtual_user.write(points, WriteKind.UPSERT)
    with contextlib.suppress(TimeoutError), state.ledger.writing(write):
        if not good:
            raise TimeoutError
    return write


def test_only_points_that_were_acknowledged_are_written_again():
    team = state()
    virtual_user = team.virtual_user(0)
    first = upsert(team, virtual_user, virtual_user.new_points(3))
    upsert(team, virtual_user, virtual_user.new_points(3), good=False)
    assert set(virtual_user.own_points(9)) == set(first.points)
    again = upsert(team, virtual_user, virtual_user.own_points(2))
    assert again.version == 3
    assert set(virtual_user.own_points(9)) == set(first.points)


def test_a_deleted_point_is_not_written_again_whatever_came_of_it():
    team = state(points=5)
    virtual_user = team.virtual_user(0)
    points = virtual_user.claimed_points(2)
    virtual_user.write(points, WriteKind.DELETE)
    assert not set(virtual_user.claimed_points(9)) & set(points)


def test_users_and_processes_never_share_a_point():
    seen: list[str] = []
    filled = {point for request in state(20).filling() for point in request.write.points}
    for worker in range(3):
        team = state(20, worker=worker, workers=3)
        for number in range(2):
            virtual_user = team.virtual_user(number)
            seen += virtual_user.claimed_points(2)
            seen += virtual_user.new_points(4)
        seen += team.virtual_user(2).claimed_points(100)
    assert len(seen) == len(set(seen)) == 20 + 3 * 2 * 4
    assert filled <= set(seen)


def test_what_a_user_remembers_is_bounded():
    team = state()
    virtual_user = team.virtual_user(0)
    for _ in range(12):
        upsert(team, virtual_user, virtual_user.new_points(100))
    assert len(virtual_user.own_points(5000)) == 1000


def test_points_that_are_read_are_those_of_the_filling():
    filled = {point for request in state(20).filling() for point in request.write.points}
    assert set(state(20).virtual_user(0).some_points(50)) == filled
    assert len(state(0).virtual_user(0).some_points(3)) == 3


@pytest.mark.parametrize("batch", [1, 16])
def test_an_upsert_writes_new_points_or_all_of_them_again(batch):
    team = state(mix="upsert=1", batch_size=batch)
    virtual_user, (operation,) = team.virtual_user(0), team.operations
    versions: dict[str, int] = {}
    rewritten = 0
    for _ in range(60):
        request = operation.plan(virtual_user)
        known = [point in versions for point in request.write.points]
        assert all(known) or not any(known)
        rewritten += all(known)
        assert request.points == len(known) == batch
        with team.ledger.writing(request.write):
            versions |= dict.fromkeys(request.write.points, request.write.version)
    assert 15 < rewritten < 45


def test_the_mix_and_the_seed_decide_what_is_asked():
    def first(number, **options):
        team = state(**{"mix": "upsert=1,query=9", **options})
        virtual_user = team.virtual_user(number)
        return [team.choose(virtual_user).name for _ in range(200)]

    assert first(0) == first(0)
    assert first(0) != first(1)
    assert first(0) != first(0, seed=1)
    assert 160 < first(0).count("query") < 198


def test_a_filling_is_cut_into_requests_that_a_server_takes():
    team = state(points=1000, **{"collection.dim": 2048})
    sizes = [request.points for request in islice(team.filling(), 100)]
    assert sum(sizes) == 1000
    assert max(sizes) * 2048 <= 100_000
