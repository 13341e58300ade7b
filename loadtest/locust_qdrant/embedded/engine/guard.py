"""One broken operation must not end the process that holds everyone's data."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded.engine.collection import WritesOnHoldError
from locust_qdrant.embedded.engine.problems import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call

_PASSED_ON = (RequestError, WritesOnHoldError, KeyboardInterrupt, SystemExit)


def guarded(run: Callable[[Catalog, Call], Any], catalog: Catalog, call: Call) -> Any:
    """Run an operation.

    Raises:
        RequestError: what the operation says; 500 for anything unforeseen.
        WritesOnHoldError: try again later.
    """
    try:
        return run(catalog, call)
    except _PASSED_ON:
        raise
    except BaseException as error:  # a panic of the engine is no Exception
        traceback.print_exc()
        sentence = (str(error).splitlines() or [type(error).__name__])[0]
        raise RequestError(500, f"Service internal error: {sentence}") from error
