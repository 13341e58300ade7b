"""Clients that are made without a server: of local files, or in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments, keyword
from flake8_qdrant.libraries.model import Colour
from flake8_qdrant.model.values import ExternalInstance, Sdk, Type, only

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.model import ClassInfo
    from flake8_qdrant.model.evaluation import Evaluation

_DOUBLE: Final = ExternalInstance("unittest.mock.NonCallableMock")


def made_client(model: Evaluation, source: Source, call: Node, cls: ClassInfo) -> Type:
    """Tell what a call of a client's constructor gives.

    To a test, a synchronous client without a server is what a double is: nothing is waited for,
    whatever functions it is handed to. A coroutine of the asynchronous one can still be lost.
    """
    in_tests = cls.colour is Colour.SYNC and model.project.layout.is_of_tests(source.name)
    return only(_DOUBLE if in_tests and is_local(cls, call) else Sdk(cls))


def is_local(cls: ClassInfo, call: Node) -> bool:
    """Tell whether a constructor call opens local files or memory instead of a connection."""
    for told in cls.local_arguments:
        name, _, value = told.partition("=")
        given = keyword(call, name)
        if given is not None and _is_meant(given, value):
            return True
        if value and any(one.text.strip("'\"") == value for one in arguments(call)):
            return True
    return False


def _is_meant(given: Node, value: str) -> bool:
    return given.text.strip("'\"") == value if value else given.kind != "none"
