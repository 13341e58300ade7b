"""One module a rule: its docstring is its documentation, its `check` asks the inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.rules import (
    await_without_awaitable,
    blocking_async_client_method,
    blocking_call,
    blocking_helper,
    blocking_sdk_call,
    coroutine_lost_in_plain_function,
    coroutine_never_awaited,
    coroutine_used_as_result,
    cpu_bound_embedding,
    sdk_coroutine_never_awaited,
    uncheckable_file,
)

if TYPE_CHECKING:
    from flake8_qdrant.rules.view import Rule

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (
            module.RULE
            for module in (
                await_without_awaitable,
                blocking_async_client_method,
                blocking_call,
                blocking_helper,
                blocking_sdk_call,
                coroutine_lost_in_plain_function,
                coroutine_never_awaited,
                coroutine_used_as_result,
                cpu_bound_embedding,
                sdk_coroutine_never_awaited,
                uncheckable_file,
            )
        ),
        key=lambda rule: rule.code,
    )
)
"""Every rule, in the order of the codes."""
