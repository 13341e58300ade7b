"""What can go wrong with a request, in Qdrant's words and with Qdrant's codes."""

from __future__ import annotations

import re

from pydantic import ValidationError

_MISSING_POINT = re.compile(r"No point with id|Not found", re.IGNORECASE)
# How pyo3 says that a value does not fit its Rust type.
_EXTRACTION = re.compile(r"^(failed to extract|argument ')")
_INCOMPATIBLE = re.compile(r"config is incompatible with existing segments")
_INTERNAL = re.compile(r"^Service (runtime|internal) error|panic", re.IGNORECASE)

# Canonical gRPC codes (https://grpc.github.io/grpc/core/md_doc_statuscodes.html) of HTTP statuses.
_GRPC_CODES = {400: 3, 401: 16, 404: 5, 409: 6, 422: 3, 429: 8, 500: 13, 501: 12}


class RequestError(Exception):
    """A request that cannot be answered: an HTTP status and Qdrant's sentence about it.

    `retry_after` is in how many seconds it may be answered.
    """

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after

    @property
    def grpc_code(self) -> int:
        """The number of the gRPC status that stands for the HTTP status."""
        return _GRPC_CODES.get(self.status, _GRPC_CODES[500])


def wrong_input(message: str) -> RequestError:
    """400: the request can be read, but contradicts the collection."""
    return RequestError(400, f"Wrong input: {message}")


def invalid_body(message: str) -> RequestError:
    """422: the request's body is not what the route takes; the message says where."""
    return RequestError(422, f"Validation error in JSON body: {message}")


def invalid_path(message: str) -> RequestError:
    """422: a name in the route is none that Qdrant takes; the message says which."""
    return RequestError(422, f"Validation error in path parameters: {message}")


def no_looked_up_collection(name: str) -> RequestError:
    """404: a request names a further collection, which is none."""
    return RequestError(404, f"Not found: Collection {name} not found")


def no_collection(name: str) -> RequestError:
    """404: neither a collection nor an alias has this name."""
    return RequestError(404, f"Not found: Collection `{name}` doesn't exist!")


def collection_exists(name: str) -> RequestError:
    """409: the name is taken."""
    return RequestError(409, f"Wrong input: Collection `{name}` already exists!")


def not_served(what: str) -> RequestError:
    """501: a Qdrant server can do this, the embedded engine cannot."""
    return RequestError(501, f"Not implemented: the embedded engine does not serve {what}")


def refused_argument(error: BaseException) -> RequestError | None:
    """400: a constructor of `qdrant_edge` refused a value; None for any other exception."""
    if isinstance(error, ValidationError):
        return None  # a defect of an answer: requests are validated where they are read
    if isinstance(error, ValueError | OverflowError):
        return wrong_input(_first_line(error))
    if isinstance(error, TypeError) and _EXTRACTION.search(str(error)):
        return wrong_input(f"a value of the wrong type or size: {_first_line(error)}")
    return None


def unforeseen(error: BaseException) -> RequestError:
    """500: something broke that should not."""
    return RequestError(500, f"Service internal error: {_first_line(error)}")


def from_engine(error: Exception) -> RequestError:
    """Return the problem that an exception of `qdrant_edge` stands for.

    The engine raises plain `Exception` (and `ValueError`, `TypeError` from its constructors), so
    its sentence is all that tells a wrong request from a broken engine.
    """
    sentence = _first_line(error)
    if _INCOMPATIBLE.search(sentence):
        return not_served(f"this change of a collection with points ({sentence})")
    if _MISSING_POINT.search(sentence):
        found = "" if sentence.endswith("found") else " found"
        return RequestError(404, f"Not found: {sentence}{found}")
    return unforeseen(error) if _INTERNAL.search(sentence) else wrong_input(sentence)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
