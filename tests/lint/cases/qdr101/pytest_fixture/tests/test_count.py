import asyncio

import pytest


async def test_count(client):
    assert client.count("docs").count == 2  # error: QDR101


async def test_in_a_thread(client):
    assert (await asyncio.to_thread(client.count, "docs")).count == 2


class TestOther:
    @pytest.fixture
    def client(self):
        return [1, 2]

    async def test_count(self, client):
        assert client.count(1) == 1
