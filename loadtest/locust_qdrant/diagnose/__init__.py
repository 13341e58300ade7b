"""Known problems of the asynchronous path, each measured as it is and with its remedy."""

from locust_qdrant.diagnose.client_per_request import ClientPerRequest
from locust_qdrant.diagnose.decoding import Decoding
from locust_qdrant.diagnose.gathering import Gathering
from locust_qdrant.diagnose.inference import Inference
from locust_qdrant.diagnose.pool import Pool
from locust_qdrant.diagnose.problem import Diagnosis, Problem
from locust_qdrant.diagnose.serialising import Serialising
from locust_qdrant.diagnose.upload import Upload
from locust_qdrant.diagnose.wire import (
    Compression,
    GivingUp,
    Http2,
    IdleChannel,
    IdleConnections,
    Timeout,
)

PROBLEMS: tuple[Problem, ...] = (
    Compression(),
    Http2(),
    GivingUp(),
    Timeout(),
    IdleConnections(),
    IdleChannel(),
    Pool(),
    Serialising(),
    Decoding(),
    Upload(),
    Inference(),
    Gathering(),
    ClientPerRequest(),
)

__all__ = ["PROBLEMS", "Diagnosis", "Problem"]
