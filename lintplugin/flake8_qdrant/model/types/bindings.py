"""What a binding gives its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.scopes import BindingKind
from flake8_qdrant.model.types.comments import promised_by_comment
from flake8_qdrant.model.types.containers import filled
from flake8_qdrant.model.types.expressions import unpacked
from flake8_qdrant.model.types.imports import imported
from flake8_qdrant.model.types.iteration import element, entered
from flake8_qdrant.model.types.narrowing import is_narrower
from flake8_qdrant.model.values import (
    UNKNOWN,
    Alias,
    Class,
    Function,
    Type,
    is_filled,
    is_known,
    is_vague,
    only,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.model.evaluation import Evaluation

_ALIASES = ("binary_operator", "subscript", "generic_type")


def bound_type(model: Evaluation, binding: Binding) -> Type:
    """Tell what a binding gives its name."""
    kind, source = binding.kind, binding.scope.source
    if kind is BindingKind.IMPORT and binding.imported is not None:
        return imported(model, str(source.path), binding.imported)
    if kind is BindingKind.FUNCTION and binding.defines is not None:
        return only(Function(binding.defines))
    if kind is BindingKind.CLASS and binding.defines is not None:
        return only(Class(binding.defines))
    if kind is BindingKind.PARAMETER and binding.parameter is not None:
        return model.parameter(binding.scope, binding.parameter)
    if kind is BindingKind.ASSIGNMENT:
        return _assigned(model, binding)
    if binding.value is None:
        return UNKNOWN
    value = model.type_of(source, binding.value)
    if kind in (BindingKind.ITERATION, BindingKind.ASYNC_ITERATION):
        return unpacked(model, element(model, value), binding.unpack)
    if kind in (BindingKind.CONTEXT, BindingKind.ASYNC_CONTEXT):
        is_async = kind is BindingKind.ASYNC_CONTEXT
        return unpacked(model, entered(model, value, is_async=is_async), binding.unpack)
    return UNKNOWN


def _assigned(model: Evaluation, binding: Binding) -> Type:
    """An annotation counts, unless it says less than the value does."""
    source = binding.scope.source
    value = UNKNOWN if binding.value is None else _value(model, binding)
    if binding.annotation is None:
        told = is_known(value) and not is_vague(value)
        return value if told else promised_by_comment(model, binding) or value
    promised = model.annotation(source, binding.annotation)
    if (
        not is_known(promised)
        or (is_vague(promised) and is_filled(value))
        or is_narrower(model, value, promised)
    ):
        return value
    return promised


def _value(model: Evaluation, binding: Binding) -> Type:
    if binding.value is None:
        return UNKNOWN
    source = binding.scope.source
    found = unpacked(model, model.type_of(source, binding.value), binding.unpack)
    found = filled(model, binding, found)
    may_be_alias = binding.value.kind in _ALIASES and not binding.unpack
    if may_be_alias and not is_known(found) and is_known(model.annotation(source, binding.value)):
        return only(Alias(source, binding.value))
    return found
