"""What an imported name stands for: a module, something in one, or something outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.model.values import (
    NOTHING,
    UNKNOWN,
    External,
    Module,
    Plain,
    Sdk,
    SdkClass,
    SdkMethod,
    Type,
    is_known,
    only,
    union,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.scopes import Import
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation


def imported(model: Evaluation, importer: str, what: Import) -> Type:
    """Tell what an import binds.

    Args:
        model: the semantic model.
        importer: the path of the importing file.
        what: the import.
    """
    path = model.project.layout.find(what.module, what.level, importer)
    if path is None and what.level:
        return UNKNOWN
    if path is None:
        return outside(model, f"{what.module}.{what.name}" if what.name else what.module)
    module = Module(what.module, path)
    return only(module) if what.name is None else module_attribute(model, module, what.name)


def module_attribute(model: Evaluation, module: Module, name: str) -> Type:
    """Tell what a module of the project has under a name."""
    if name == "__dict__":
        return only(module)  # its items are the names
    source = model.project.source(module.path)
    if source is not None and (name in source.module.bindings or _star_names(model, source, name)):
        found = union((model.global_name(source, name), _assigned_outside(model, module, name)))
        if not is_known(found):
            found = union((found, _assigned_outside(model, module, name, by_tests=True)))
        if found:
            return found
    path = model.project.layout.submodule(module.path, name)
    if path is not None:
        return only(Module(f"{module.name}.{name}", path))
    return UNKNOWN if source is None else _on_demand(model, source, name)


def _on_demand(model: Evaluation, source: Source, name: str) -> Type:
    """Tell what the module's own `__getattr__` gives for a name (PEP 562)."""
    bindings = source.module.bindings.get("__getattr__", ())
    scope = bindings[-1].defines if bindings else None
    if scope is None or len(scope.parameters) != 1:
        return UNKNOWN
    given = ((scope.parameters[0].name, only(Plain(repr(name)))),)
    within = model.within(scope, given)
    returns = [one for one in scope.returns if one.children and within.runs(source, one)]
    return union(within.type_of(source, one.children[0]) for one in returns) or UNKNOWN


def _assigned_outside(
    model: Evaluation, module: Module, name: str, *, by_tests: bool = False
) -> Type:
    """Tell what other files assign to `module.name`, either those of the tests or all others."""
    return union(
        model.binding(assignment.binding)
        for source, assignment in model.project.attributes(name)
        if model.project.layout.is_of_tests(source.name) is by_tests
        for holder in model.type_of(source, assignment.target)
        if isinstance(holder, Module) and holder.path == module.path
    )


def outside(model: Evaluation, dotted: str) -> Type:
    """Tell what a dotted name of the world outside the project is."""
    cls = model.tables.class_at(dotted)
    if cls is not None:
        return only(SdkClass(cls))
    function, library = model.tables.function_at(dotted), model.tables.library(dotted)
    if function is None or library is None:
        return only(External(dotted))
    if not function.is_property:
        return only(SdkMethod(None, function, library))
    held = model.tables.class_at(function.returns) if function.returns else None
    return only(Sdk(held)) if held is not None else UNKNOWN


def star_import(model: Evaluation, source: Source, name: str) -> Type:
    """Tell what a name is that the file gets through `from module import *`, if it does."""
    for binding in source.module.bindings.get("*", ()):
        what = binding.imported
        if what is None or name.startswith("_"):
            continue
        path = model.project.layout.find(what.module, what.level, str(source.path))
        if path is None:
            cls = model.tables.class_at(f"{what.module}.{name}")
            if cls is not None:
                return only(SdkClass(cls))
            continue
        origin = model.project.source(path)
        if origin is None or origin is source:
            continue
        if name in origin.module.bindings:
            return model.global_name(origin, name)
        found = _star_of_star(model, origin, name)
        if found:
            return found
    return NOTHING


def _star_of_star(model: Evaluation, origin: Source, name: str) -> Type:
    if "*" not in origin.module.bindings:
        return NOTHING
    key = ("star", origin, name)
    return model.remember(key, origin.module, lambda: star_import(model, origin, name), NOTHING)


def _star_names(model: Evaluation, source: Source, name: str) -> bool:
    return "*" in source.module.bindings and bool(star_import(model, source, name))
