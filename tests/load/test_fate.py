"""What became of a write, by what the server answered."""

from __future__ import annotations

import grpc
import pytest
from locust_qdrant.ledger import Fate, Write
from locust_qdrant.targets.qdrant import fate
from qdrant_client import models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

ONE, SEVERAL = Write(["p"], 1), Write(["p", "q"], 1)
REFUSED, BY_SHARD, IN_DOUBT = Fate.REFUSED, Fate.REFUSED_BY_SHARD, Fate.IN_DOUBT


class RpcFailure(grpc.RpcError):
    def __init__(self, code: grpc.StatusCode) -> None:
        self.code = lambda: code


def status(code: int) -> UnexpectedResponse:
    return UnexpectedResponse(code, "", b"{}", {})


@pytest.mark.parametrize(
    ("error", "several", "one"),
    [
        (status(403), REFUSED, REFUSED),
        (status(413), REFUSED, REFUSED),
        (status(400), BY_SHARD, REFUSED),
        (status(429), BY_SHARD, REFUSED),
        (ResourceExhaustedResponse("slow down", 1), BY_SHARD, REFUSED),
        (status(500), IN_DOUBT, IN_DOUBT),
        # A server that gave up in the middle.
        (status(408), IN_DOUBT, IN_DOUBT),
        (status(503), IN_DOUBT, IN_DOUBT),
        (RpcFailure(grpc.StatusCode.PERMISSION_DENIED), REFUSED, REFUSED),
        (RpcFailure(grpc.StatusCode.INVALID_ARGUMENT), BY_SHARD, REFUSED),
        (RpcFailure(grpc.StatusCode.UNAVAILABLE), IN_DOUBT, IN_DOUBT),
        (RpcFailure(grpc.StatusCode.DEADLINE_EXCEEDED), IN_DOUBT, IN_DOUBT),
        (ResponseHandlingException(OSError()), IN_DOUBT, IN_DOUBT),
        (TimeoutError(), IN_DOUBT, IN_DOUBT),
    ],
)
def test_only_what_a_server_refused_did_not_happen(error, several, one):
    assert fate.of_failure(SEVERAL, error) is several
    assert fate.of_failure(ONE, error) is one


def test_an_answer_that_says_that_it_is_not_done_leaves_a_doubt():
    done = {each: models.UpdateResult(operation_id=1, status=each) for each in models.UpdateStatus}
    assert fate.of_answer(done[models.UpdateStatus.COMPLETED]) is Fate.ACKNOWLEDGED
    assert fate.of_answer(done[models.UpdateStatus.ACKNOWLEDGED]) is Fate.IN_DOUBT
    assert fate.of_answer(done[models.UpdateStatus.WAIT_TIMEOUT]) is Fate.IN_DOUBT
    assert fate.of_answer([]) is Fate.ACKNOWLEDGED
