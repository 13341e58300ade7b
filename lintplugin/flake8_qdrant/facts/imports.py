"""What an import statement binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.scopes import Import

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node


def read_imports(node: Node) -> Iterator[tuple[str, Import]]:
    """Give each bound name with what it stands for; a star import binds `*`."""
    if node.kind == "import_statement":
        yield from _plain(node)
        return
    origin = node.field("module_name")
    if origin is None:
        return
    text = "".join(origin.text.split())
    module = text.lstrip(".")
    level = len(text) - len(module)
    for name in node.fields("name"):
        original, bound = _alias(name)
        yield bound, Import(module, level, original)
    if any(child.kind == "wildcard_import" for child in node.children):
        yield "*", Import(module, level, "*")


def _plain(node: Node) -> Iterator[tuple[str, Import]]:
    for name in node.fields("name"):
        original, bound = _alias(name)
        if name.kind == "aliased_import":
            yield bound, Import(original)
        else:
            top = original.partition(".")[0]
            yield top, Import(top)


def _alias(name: Node) -> tuple[str, str]:
    if name.kind != "aliased_import":
        return name.text, name.text
    original, alias = name.field("name"), name.field("alias")
    if original is None or alias is None:
        return name.text, name.text
    return original.text, alias.text
