"""What an imported name stands for: a module, something in one, or something outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.model.values import (
    NOTHING,
    UNKNOWN,
    External,
    Module,
    Sdk,
    SdkClass,
    SdkMethod,
    Type,
    only,
    union,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.scopes import Import
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation


def imported(ask: Evaluation, importer: str, what: Import) -> Type:
    """Tell what an import binds.

    Args:
        ask: the model.
        importer: the path of the importing file.
        what: the import.
    """
    path = ask.project.layout.find(what.module, what.level, importer)
    if path is None and what.level:
        return UNKNOWN
    if path is None:
        return outside(ask, f"{what.module}.{what.name}" if what.name else what.module)
    module = Module(what.module, path)
    return only(module) if what.name is None else module_attribute(ask, module, what.name)


def module_attribute(ask: Evaluation, module: Module, name: str) -> Type:
    """Tell what a module of the project has under a name."""
    if name == "__dict__":
        return only(module)  # its items are the names
    source = ask.project.source(module.path)
    if source is not None and (name in source.module.bindings or _star_names(ask, source, name)):
        found = union((ask.global_name(source, name), _assigned_outside(ask, module, name)))
        if found:
            return found
    path = ask.project.layout.submodule(module.path, name)
    return UNKNOWN if path is None else only(Module(f"{module.name}.{name}", path))


def _assigned_outside(ask: Evaluation, module: Module, name: str) -> Type:
    """Tell what other files assign to `module.name`."""
    return union(
        ask.binding(assignment.binding)
        for source, assignment in ask.project.attributes(name)
        for holder in ask.type_of(source, assignment.target)
        if isinstance(holder, Module) and holder.path == module.path
    )


def outside(ask: Evaluation, dotted: str) -> Type:
    """Tell what a dotted name of the world outside the project is."""
    cls = ask.tables.class_at(dotted)
    if cls is not None:
        return only(SdkClass(cls))
    function, library = ask.tables.function_at(dotted), ask.tables.library(dotted)
    if function is None or library is None:
        return only(External(dotted))
    if not function.is_property:
        return only(SdkMethod(None, function, library))
    held = ask.tables.class_at(function.returns) if function.returns else None
    return only(Sdk(held)) if held is not None else UNKNOWN


def star_import(ask: Evaluation, source: Source, name: str) -> Type:
    """Tell what a name is that the file gets through `from module import *`, if it does."""
    for binding in source.module.bindings.get("*", ()):
        what = binding.imported
        if what is None or name.startswith("_"):
            continue
        path = ask.project.layout.find(what.module, what.level, str(source.path))
        if path is None:
            cls = ask.tables.class_at(f"{what.module}.{name}")
            if cls is not None:
                return only(SdkClass(cls))
            continue
        origin = ask.project.source(path)
        if origin is None or origin is source:
            continue
        if name in origin.module.bindings:
            return ask.global_name(origin, name)
        found = _star_of_star(ask, origin, name)
        if found:
            return found
    return NOTHING


def _star_of_star(ask: Evaluation, origin: Source, name: str) -> Type:
    if "*" not in origin.module.bindings:
        return NOTHING
    key = ("star", origin, name)
    return ask.remember(key, origin.module, lambda: star_import(ask, origin, name), NOTHING)


def _star_names(ask: Evaluation, source: Source, name: str) -> bool:
    return "*" in source.module.bindings and bool(star_import(ask, source, name))
