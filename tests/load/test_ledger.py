"""The books: what was acknowledged must be there, and what is in doubt may be."""

from __future__ import annotations

import contextlib
import json
import pickle
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.ledger import Fate, Finding, Ledger, Reading, Write, WriteKind, audit, judge
from locust_qdrant.ledger.judgement import NEVER, State

UPSERT, PAYLOAD, DELETE = WriteKind.UPSERT, WriteKind.PAYLOAD, WriteKind.DELETE


class Originals:
    """Points whose contents can be read off: each version has its own payload and vector."""

    def payload(self, point, version):
        return {"point": point, "version": version}

    def revision(self, version):
        return {"revision": version}

    def version_of(self, payload):
        if "version" not in payload:
            return None
        return payload["version"], payload.get("revision", 0)

    def has_vectors(self, point, version, vectors):
        return vectors == vectors_of(point, version)


ORIGINALS = Originals()


def payload(point, version, revision=0):
    whole = ORIGINALS.payload(point, version)
    return {**whole, **ORIGINALS.revision(revision)} if revision else whole


def vectors_of(point, version):
    return {"": [point, version]}


def enter(ledger, kind, version, good, points=("p",)):
    with contextlib.suppress(TimeoutError), ledger.writing(Write(list(points), version, kind)):
        if not good:
            raise TimeoutError


def written(*outcomes: bool) -> Ledger:
    """Return a ledger in which point `p` was upserted in versions 0, 1, ..., well or badly."""
    return history(*((UPSERT, good) for good in outcomes))


def history(*writes: tuple[WriteKind, bool]) -> Ledger:
    """Return a ledger in which point `p` had these writes, in versions 0, 1, ..."""
    ledger = Ledger()
    for version, (kind, good) in enumerate(writes):
        enter(ledger, kind, version, good)
    return ledger


def judged(ledger, found, vectors=None):
    return judge(ledger.state("p"), Reading("p", found, vectors), ORIGINALS)


@pytest.mark.parametrize(
    ("outcomes", "found", "finding"),
    [
        ([True], payload("p", 0), Finding.RIGHT),
        ([True], None, Finding.MISSING),
        ([True], {}, Finding.WRONG),
        ([True], payload("q", 0), Finding.WRONG),
        ([True, True], payload("p", 1), Finding.RIGHT),
        ([True, True], payload("p", 0), Finding.STALE),
        ([True, True], None, Finding.MISSING),
        ([True, False], payload("p", 0), Finding.RIGHT),
        ([True, False], payload("p", 1), Finding.RIGHT),
        ([True, False], None, Finding.MISSING),
        ([True, False, True], payload("p", 1), Finding.RIGHT),
        ([True, False, True], payload("p", 0), Finding.STALE),
        ([False, True], payload("p", 2), Finding.WRONG),
        ([False], None, Finding.RIGHT),
        ([False], payload("p", 0), Finding.RIGHT),
    ],
)
def test_a_reading_is_judged_by_the_last_acknowledged_upsert(outcomes, found, finding):
    assert judged(written(*outcomes), found) is finding


def refused(fate: Fate) -> Ledger:
    """Return a ledger in which `p` was written, then refused, and `q` was refused at once."""
    ledger = written(True)
    with contextlib.suppress(TimeoutError), ledger.writing(Write(["p", "q"], 1), lambda _: fate):
        raise TimeoutError
    return ledger


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.REFUSED_BY_SHARD])
def test_a_write_that_was_refused_did_not_happen(fate):
    ledger = refused(fate)
    for books in (ledger, Ledger.merge([ledger]), Ledger.merge(ledger.parts(1))):
        assert judged(books, payload("p", 0)) is Finding.RIGHT
        assert judged(books, payload("p", 1)) is Finding.WRONG
        assert not books.knows("q")
        assert (books.in_doubt(), books.refused()) == (0, 2)
        # Whatever a server says, nothing of a run may stay in somebody's collection.
        assert set(books.touched()) == {"p", "q"}
    assert Ledger.restored(json.loads(json.dumps(ledger.plain()))).plain() == ledger.plain()


def test_what_one_of_several_shards_refused_is_in_doubt():
    by_shard, for_good = refused(Fate.REFUSED_BY_SHARD), refused(Fate.REFUSED)
    for ledger in (by_shard, for_good):
        ledger.doubt_refusals()
    assert judged(by_shard, payload("p", 1)) is Finding.RIGHT
    assert (by_shard.in_doubt(), by_shard.refused()) == (2, 0)
    assert (for_good.in_doubt(), for_good.refused()) == (0, 2)


def test_what_the_only_shard_refused_is_not_there():
    by_shard, for_good = refused(Fate.REFUSED_BY_SHARD), refused(Fate.REFUSED)
    assert (by_shard.possible(), for_good.possible()) == ({"p", "q"}, {"p"})
    by_shard.believe_refusals()
    assert by_shard.possible() == {"p"}
    assert (by_shard.in_doubt(), by_shard.refused()) == (0, 2)
    assert set(by_shard.touched()) == {"p", "q"}


def test_a_write_that_was_answered_and_is_not_done_is_in_doubt():
    ledger = written(True)
    with ledger.writing(Write(["p"], 1)) as entry:
        entry.fate = Fate.IN_DOUBT
    assert judged(ledger, payload("p", 0)) is Finding.RIGHT
    assert judged(ledger, payload("p", 1)) is Finding.RIGHT


GOOD_UPSERT, GOOD_PAYLOAD, GOOD_DELETE = (UPSERT, True), (PAYLOAD, True), (DELETE, True)


@pytest.mark.parametrize(
    ("writes", "found", "finding"),
    [
        ([GOOD_UPSERT, GOOD_PAYLOAD], payload("p", 0, 1), Finding.RIGHT),
        ([GOOD_UPSERT, GOOD_PAYLOAD], payload("p", 0), Finding.STALE),
        ([GOOD_UPSERT, GOOD_PAYLOAD, GOOD_PAYLOAD], payload("p", 0, 1), Finding.STALE),
        ([GOOD_UPSERT, GOOD_PAYLOAD, GOOD_UPSERT], payload("p", 2), Finding.RIGHT),
        ([GOOD_UPSERT, GOOD_PAYLOAD, GOOD_UPSERT], payload("p", 2, 1), Finding.WRONG),
        ([GOOD_UPSERT, (PAYLOAD, False)], payload("p", 0, 1), Finding.RIGHT),
        ([GOOD_UPSERT, (PAYLOAD, False)], payload("p", 0), Finding.RIGHT),
        ([GOOD_UPSERT, GOOD_DELETE], None, Finding.RIGHT),
        ([GOOD_UPSERT, GOOD_DELETE], payload("p", 0), Finding.RESURRECTED),
        ([GOOD_UPSERT, GOOD_DELETE], {"x": 1}, Finding.WRONG),
        ([GOOD_UPSERT, (DELETE, False)], None, Finding.RIGHT),
        ([GOOD_UPSERT, (DELETE, False)], payload("p", 0), Finding.RIGHT),
        ([GOOD_UPSERT, GOOD_DELETE, GOOD_UPSERT], payload("p", 2), Finding.RIGHT),
        ([GOOD_UPSERT, GOOD_DELETE, GOOD_UPSERT], None, Finding.MISSING),
        ([GOOD_UPSERT, (UPSERT, False), GOOD_DELETE], payload("p", 1), Finding.RIGHT),
        ([GOOD_UPSERT, (UPSERT, False), GOOD_DELETE], payload("p", 0), Finding.RESURRECTED),
        ([(UPSERT, False), GOOD_PAYLOAD], payload("p", 0, 1), Finding.RIGHT),
        ([(UPSERT, False), GOOD_PAYLOAD], None, Finding.RIGHT),
    ],
)
def test_payload_writes_and_deletions_are_judged_too(writes, found, finding):
    assert judged(history(*writes), found) is finding


def test_vectors_belong_to_the_version_of_the_payload():
    ledger = written(True, True, False)
    assert judged(ledger, payload("p", 1), vectors_of("p", 1)) is Finding.RIGHT
    assert judged(ledger, payload("p", 2), vectors_of("p", 2)) is Finding.RIGHT
    for version in (0, 2):
        found = judged(ledger, payload("p", 1), vectors_of("p", version))
        assert found is Finding.WRONG_VECTOR


#: Each write: its kind, whether it was answered, and when it was applied: never, in turn or late.
WRITES = st.lists(
    st.tuples(
        st.sampled_from(WriteKind), st.booleans(), st.sampled_from(["never", "turn", "late"])
    ),
    max_size=7,
)


def applied(writes):
    """Return what a server has that applied answered writes in turn, others whenever it liked."""
    order = [
        (kind, version)
        for version, (kind, good, when) in enumerate(writes, start=1)
        if good or when == "turn"
    ]
    order += [
        (kind, version)
        for version, (kind, good, when) in enumerate(writes, start=1)
        if not good and when == "late"
    ]
    there = (0, 0)
    for kind, version in [(UPSERT, 0), *order]:
        if kind is DELETE:
            there = None
        elif kind is UPSERT:
            there = (version, 0)
        elif there is not None:
            there = (there[0], version)
    return there


@settings(deadline=None)
@given(WRITES)
def test_whatever_a_server_may_do_with_lost_answers_is_no_loss(writes):
    ledger = history(GOOD_UPSERT, *((kind, good) for kind, good, _ in writes))
    there = applied(writes)
    if there is None:
        assert judged(ledger, None) is Finding.RIGHT
    else:
        assert judged(ledger, payload("p", *there), vectors_of("p", there[0])) is Finding.RIGHT


@settings(deadline=None)
@given(WRITES)
def test_a_server_that_forgets_the_last_answered_write_is_found_out(writes):
    answered = [(kind, True, "turn") for kind, good, _ in writes if good]
    if not answered:
        return
    ledger = history(GOOD_UPSERT, *((kind, good) for kind, good, _ in answered))
    right, forgetful = applied(answered), applied(answered[:-1])
    if right == forgetful:
        return
    found = judged(ledger, None if forgetful is None else payload("p", *forgetful))
    assert found is not Finding.RIGHT


def test_an_audit_counts_and_gives_examples():
    ledger = Ledger()
    names = [f"p{number}" for number in range(20)]
    enter(ledger, UPSERT, 0, good=True, points=names)
    enter(ledger, DELETE, 1, good=True, points=names[7:9])
    readings = [Reading(name, None if name in names[:7] else payload(name, 0)) for name in names]
    readings += [Reading("ghost", {}), Reading("p19", payload("p19", 0), {})]
    result = audit(ledger, readings, ORIGINALS)
    assert (result.points, result.missing, result.resurrected) == (21, 7, 2)
    assert (result.phantom, result.wrong_vector, result.lost) == (1, 1, 11)
    assert (result.vectors, result.kept_every) == (1, 1)
    assert result.examples[0] == "point p0 is missing"
    assert len(result.examples) < 7


def test_every_point_that_was_tried_can_be_removed():
    ledger = written(False)
    assert ledger.points() == []
    assert ledger.touched() == ["p"]
    assert ledger.in_doubt() == 1


def test_a_write_is_in_doubt_while_it_is_under_way():
    ledger = written(True)
    write = Write(["p", "q"], 1)
    with ledger.writing(write):
        assert not write.acknowledged
        assert ledger.in_doubt() == 2
        assert ledger.knows("q")
        assert judged(pickle.loads(pickle.dumps(ledger)), payload("p", 1)) is Finding.RIGHT
    assert write.acknowledged
    assert ledger.in_doubt() == 0
    with ledger.writing(None):
        pass


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.sampled_from(WriteKind), st.booleans()), max_size=5)))
def test_books_of_several_processes_are_those_of_one(processes):
    whole, parts, version = history(GOOD_UPSERT), [], 0
    for number, writes in enumerate(processes):
        part = Ledger()
        for kind, good in writes:
            version += 1
            # The filling's points have one writer each besides the filling; so has each other one.
            points = ["p"] if number == 0 else [f"q{number}"]
            for ledger in (whole, part):
                enter(ledger, kind, version, good, points)
        parts.append(part)
    merged = Ledger.merge([*reversed(parts), history(GOOD_UPSERT)])
    assert set(merged.touched()) == set(whole.touched())
    assert all(merged.state(point) == whole.state(point) for point in whole.touched())
    assert merged.in_doubt() == whole.in_doubt()


def test_the_memory_of_a_ledger_is_bounded_and_it_says_what_it_kept():
    ledger = Ledger(most=1000)
    names = [f"point-{number}" for number in range(10_000)]
    for start in range(0, len(names), 100):
        enter(ledger, UPSERT, 0, good=True, points=names[start : start + 100])
    enter(ledger, UPSERT, 1, good=False, points=names)
    kept = ledger.points()
    assert len(kept) <= 1000
    assert ledger.every == 16
    assert set(kept) == {name for name in names if zlib.crc32(name.encode()) % 16 == 0}
    assert ledger.in_doubt() == len(kept)
    readings = [Reading(name, payload(name, 0)) for name in names] + [Reading("ghost", {})]
    result = audit(ledger, readings, ORIGINALS)
    assert (result.points, result.kept_every) == (len(kept), 16)
    assert result.phantom == (zlib.crc32(b"ghost") % 16 == 0)
    small = written(True)
    merged = Ledger.merge([small, ledger])
    assert merged.every == 16
    assert set(merged.points()) == {point for point in [*kept, "p"] if merged.keeps(point)}


def test_a_point_takes_as_much_memory_as_the_books_say():
    ledger = Ledger()
    names = [f"00000000-0000-0000-0000-{number:012x}" for number in range(50_000)]
    enter(ledger, UPSERT, 1, good=True, points=names)
    versions = ledger._versions[UPSERT]
    each = sys.getsizeof(versions) / len(names) + sys.getsizeof(names[0])
    assert 100 < each < 200


def test_a_state_knows_nothing_at_first():
    assert Ledger().state("p") == State(NEVER, NEVER, NEVER)
    assert not Ledger().knows("p")


def test_books_arrive_as_they_were_sent():
    ledger = history((UPSERT, True), (PAYLOAD, True), (UPSERT, False), (DELETE, False))
    enter(ledger, DELETE, 4, good=True, points=("q",))
    sent = json.loads(json.dumps(ledger.plain()))
    arrived = Ledger.restored(sent)
    assert sorted(arrived.touched()) == ["p", "q"]
    assert [arrived.state(point) for point in "pq"] == [ledger.state(point) for point in "pq"]
    assert arrived.every == ledger.every


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"every": 1, "acknowledged": {"wish": {}}, "doubts": {}},
        {"every": 1, "acknowledged": [], "doubts": {}},
        {"every": 1, "acknowledged": {}, "doubts": {"p": [1]}},
        None,
    ],
)
def test_what_is_no_books_is_refused(data):
    with pytest.raises(ValueError, match=r"book|wish"):
        Ledger.restored(data)
