"""Methods of a real object that a test replaces where it uses the object itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.placement import entered_around

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source


def is_replaced(source: Source, attribute: Node) -> bool:
    """Tell whether `value.name` is something else here than its class says.

    That is so after `value.name = MagicMock()` in the same function, and inside of
    `with patch.object(value, "name")`.
    """
    owner, name = attribute.field("object"), attribute.field("attribute")
    if owner is None or name is None:
        return False
    if _is_assigned(source, owner, name.text):
        return True
    if "patch" not in source.text:
        return False
    return any(_patches(entered, name.text) for entered in entered_around(attribute))


def _is_assigned(source: Source, owner: Node, name: str) -> bool:
    frame, text = source.scope_of(owner).frame(), owner.text
    named = (one for one in source.outside_attributes_in(frame) if one.binding.name == name)
    return any(one.target.text == text for one in named)


def _patches(entered: Node, name: str) -> bool:
    strings = (string_value(one) for one in entered.find_all("string"))
    return any(text is not None and text.rpartition(".")[2] == name for text in strings)
