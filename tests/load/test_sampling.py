"""Which requests are followed: all of few, a fair part of many."""

from __future__ import annotations

import asyncio
from collections import Counter, deque

import pytest
from locust_qdrant.client.factory import ClientSettings, async_client
from locust_qdrant.client.sampling import MOST_A_SECOND, Sampling
from locust_qdrant.diagnose.stub import Manners, stub


def followed(sampling: Sampling, rate: float, seconds: float, begin: float = 1000.0) -> list[bool]:
    return [sampling.takes(begin + number / rate) for number in range(round(rate * seconds))]


@pytest.mark.parametrize("rate", [1, 20, 0.9 * MOST_A_SECOND])
def test_of_few_requests_each_is_followed(rate):
    assert all(followed(Sampling(), rate, 20))


@pytest.mark.parametrize("rate", [1.5 * MOST_A_SECOND, 3000, 20_000])
def test_of_many_requests_as_many_as_are_allowed_are_followed(rate):
    found = followed(Sampling(), rate, 20)
    later = found[round(rate) :]
    assert sum(later) / 19 == pytest.approx(MOST_A_SECOND, rel=0.15)


def test_every_kind_of_a_mix_and_every_time_is_among_them():
    found = followed(Sampling(), 2500, 100)
    kinds = Counter(number % 5 for number, each in enumerate(found) if each)
    parts = Counter(number * 10 % 1250 // 125 for number, each in enumerate(found) if each)
    assert min(kinds.values()) > 0.9 * max(kinds.values())
    assert min(parts.values()) > 0.8 * max(parts.values())


def test_traffic_that_grows_at_once_is_noticed_at_once():
    sampling = Sampling()
    assert all(followed(sampling, 10, 5))
    assert sum(followed(sampling, 20_000, 0.4, 1005.0)) < 0.1 * 8000


def test_what_comes_after_a_pause_or_slowly_is_followed_each_time():
    sampling = Sampling()
    followed(sampling, 5000, 2)
    assert all(followed(sampling, 20, 5, 1010.0))
    followed(sampling, 5000, 2, 1020.0)
    slow = followed(sampling, 20, 5, 1022.0)
    assert all(slow[20:])


async def test_what_is_not_followed_is_recorded_all_the_same():
    with stub(Manners(latency=0)) as url:
        calls = deque()
        client = async_client(ClientSettings(url), calls)

        async def user() -> None:
            for _ in range(100):
                await client.query_points("any", [1.0] * 8)

        await asyncio.gather(*(user() for _ in range(10)))
        await client.close()
    records = [call.record for call in calls]
    assert len(records) == 1000
    seen = {each.stations is not None for each in records}
    assert seen == {True, False}
    for each in records:
        assert each.server_seconds is not None
        assert (each.sends, each.protocol) == (1, "REST")
        assert each.response_bytes > 0
        assert each.points > 0
        if each.stations is None:
            assert (each.loop_wait, each.busy_seconds) == (0.0, 0.0)
