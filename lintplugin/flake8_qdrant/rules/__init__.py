"""One module a rule: its docstring is its documentation, its `check` asks the inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.rules import (
    await_without_awaitable,
    blocking_async_client_method,
    blocking_call,
    blocking_helper,
    blocking_on_first_use,
    blocking_sdk_call,
    blocking_sdk_helper,
    client_built_anew,
    client_in_several_loops,
    client_never_closed,
    coroutine_lost_in_plain_function,
    coroutine_never_awaited,
    coroutine_used_as_result,
    cpu_bound_embedding,
    harmful_argument,
    inference_in_client,
    local_mode_on_loop,
    nested_event_loop,
    one_item_per_request,
    sdk_coroutine_never_awaited,
    sequential_requests,
    unbounded_gather,
    uncheckable_file,
)

if TYPE_CHECKING:
    from flake8_qdrant.rules.context import Rule

RULES: Final[tuple[Rule, ...]] = (
    await_without_awaitable.RULE,
    blocking_async_client_method.RULE,
    blocking_call.RULE,
    blocking_helper.RULE,
    blocking_on_first_use.RULE,
    blocking_sdk_call.RULE,
    blocking_sdk_helper.RULE,
    client_built_anew.RULE,
    client_in_several_loops.RULE,
    client_never_closed.RULE,
    coroutine_lost_in_plain_function.RULE,
    coroutine_never_awaited.RULE,
    coroutine_used_as_result.RULE,
    cpu_bound_embedding.RULE,
    harmful_argument.RULE,
    inference_in_client.RULE,
    local_mode_on_loop.RULE,
    nested_event_loop.RULE,
    one_item_per_request.RULE,
    sdk_coroutine_never_awaited.RULE,
    sequential_requests.RULE,
    unbounded_gather.RULE,
    uncheckable_file.RULE,
)
"""Every rule, in the order of the modules' names."""
