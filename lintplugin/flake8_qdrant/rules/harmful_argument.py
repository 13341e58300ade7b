"""An argument that does harm by itself.

## What it does
Flags arguments of a client's constructor or methods of which the library's table knows that they
do harm whatever surrounds them:

- `http2=True`: the requests of a client go one at a time over one connection, each in 44 ms
  instead of 1 (measured with Qdrant 1.18).
- `timeout=` with a fraction of a second: the constructor rounds it up, a call raises `ValueError`.
- `timeout=` in a call of `AsyncQdrantClient` over REST where the project uses a qdrant-client
  before 1.19.1: it does not reach the HTTP client.
- `wait=False` in a write, where the same function reads the collection below: the change may not be
  there yet.

The value must be certain: written there, or the only one of a name, of a constant of a class or
in a dictionary of options. What is no mistake by itself stays silent: whether answers are
compressed, or `asyncio.wait_for` stands around a call. The load test tells when that hurts.

## Why is this bad?
Nothing fails in a test. The service is slower, waits longer than it says, or reads old data, and
the line that is to blame looks like care.

## Example
{example}

## Use instead
Let the write wait, as it does by itself, and give whole seconds:

```python
await client.upsert("articles", points=points)
found = await client.retrieve("articles", ids=[7], timeout=2)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import arguments, keyword, positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.placement import arms, around
from flake8_qdrant.model.lifetimes.allocation_sites import origins
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import Class, Instance, SdkClass, SdkMethod
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.libraries.model import Pitfall
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.rules.context import RuleContext

_CONSTANTS = ("true", "false", "none")


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each argument that certainly does harm, in a call that may be of several clients."""
    for site in context.sites:
        for pitfall in _pitfalls(context, site):
            given, place = _given(context.source, site.call, pitfall.argument)
            if given is None or not _does_harm(context, site, pitfall, given):
                continue
            written = f"{pitfall.argument}={given.text}"
            message = f"`{written}` {pitfall.harm}: {pitfall.remedy}"
            yield context.finding(place or given, RULE.code, message)


def _given(source: Source, call: Node, name: str) -> tuple[Node | None, Node | None]:
    """Return what a call passes by a name, be it in `**options`, and the argument that does so."""
    given = keyword(call, name)
    if given is not None:
        return given, given.parent
    for argument in arguments(call):
        if argument.kind != "dictionary_splat" or not argument.children:
            continue
        options = _only_value(source, argument.children[0]) or argument.children[0]
        for pair in options.children if options.kind == "dictionary" else ():
            key, value = pair.field("key"), pair.field("value")
            if key is not None and value is not None and string_value(key) == name:
                return value, argument
    return None, None


def _pitfalls(context: RuleContext, site: Site) -> list[Pitfall]:
    """Return what is known of whichever method a site calls, one for each argument."""
    methods = [_method(value) for value in site.called]
    if not methods or None in methods:
        return []
    known = [context.model.tables.pitfalls(method) for method in sorted(map(str, methods))]
    return [one for one in known[0] if all(any(_same(one, two) for two in of) for of in known)]


def _method(value: object) -> str | None:
    if isinstance(value, SdkClass):
        return f"{value.cls.name}.__init__"
    if isinstance(value, SdkMethod) and value.cls is not None:
        return f"{value.cls.name}.{value.member.name}"
    return None


def _same(one: Pitfall, other: Pitfall) -> bool:
    return (one.argument, one.value) == (other.argument, other.value)


def _does_harm(context: RuleContext, site: Site, pitfall: Pitfall, given: Node) -> bool:
    value = _literal(context, given)
    if pitfall.value is None:
        is_harmful = value is None or value.kind != "none"
    else:
        is_harmful = value is not None and _is(value, pitfall.value)
    if not is_harmful or not _has_client(context, site, pitfall):
        return False
    return not pitfall.followed_by or _is_followed(context, site, pitfall)


def _literal(context: RuleContext, node: Node) -> Node | None:
    """Return the number or constant that an expression certainly is."""
    value: Node | None = node
    if node.kind == "identifier":
        value = _only_value(context.source, node)
    elif node.kind == "attribute":
        value = _class_constant(context, node)
    return value if value is not None and value.kind in ("float", *_CONSTANTS) else None


def _only_value(source: Source, name: Node) -> Node | None:
    scope = binding_scope(source.scope_of(name), name.text)
    return _single(scope.bindings[name.text]) if scope is not None else None


def _class_constant(context: RuleContext, node: Node) -> Node | None:
    """Return what the body of a class gives a name that nobody else sets: `self.TIMEOUT`."""
    owner, attribute = node.field("object"), node.field("attribute")
    held = context.model.type_of(context.source, owner) if owner is not None else frozenset()
    classes = {one.cls for one in held if isinstance(one, (Class, Instance))}
    if attribute is None or len(classes) != 1 or not attribute.text.isupper():
        return None
    cls = classes.pop()
    if attribute.text in cls.attributes or context.model.project.attributes(attribute.text):
        return None
    return _single(cls.bindings.get(attribute.text, ()))


def _single(bindings: Sequence[Binding]) -> Node | None:
    return bindings[0].value if len(bindings) == 1 and not bindings[0].unpack else None


def _is(value: Node, wanted: str) -> bool:
    if wanted != "fraction":
        return value.text == wanted
    return value.kind == "float" and not float(value.text).is_integer()


def _has_client(context: RuleContext, site: Site, pitfall: Pitfall) -> bool:
    """Tell whether the client was certainly made without what would prevent the harm."""
    if not pitfall.unless_client:
        return True
    function = site.call.field("function")
    receiver = function.field("object") if function is not None else None
    made = None if receiver is None else origins(context.model, context.source, receiver)
    return bool(made) and not any(
        _may_have(origin.call, option) for origin in made or () for option in pitfall.unless_client
    )


def _may_have(constructor: Node, option: str) -> bool:
    name, _, value = option.partition("=")
    if any(argument.kind.endswith("_splat") for argument in arguments(constructor)):
        return True
    given = keyword(constructor, name)
    return given is not None and (given.kind not in _CONSTANTS or given.text == value)


def _is_followed(context: RuleContext, site: Site, pitfall: Pitfall) -> bool:
    """Tell whether the same client reads the same collection below, and nothing waits between."""
    frame, own = site.scope.frame(), arms(site.call)
    inner = (one for one in context.source.scopes if one.frame() is frame)
    calls = sorted((call for one in inner for call in one.calls), key=lambda call: call.start)
    for other in calls:
        if other.start <= site.call.end:
            continue
        if any(own.get(place, arm) != arm for place, arm in arms(other).items()):
            continue  # either the one or the other
        if _is_left_before(site.call, other):
            return False
        name = _name(other)
        if name is not None and ("sleep" in name or "wait" in name):
            return False
        if name == _name(site.call) and _subject(other) == _subject(site.call):
            return False  # a later write may wait for both
        if name in pitfall.followed_by and _subject(other) == _subject(site.call):
            return True
    return False


def _is_left_before(write: Node, read: Node) -> bool:
    """Tell whether the function ends between a write and a read further down."""
    for outer, _ in around(write):
        if outer.kind == "block" and not read.is_within(outer):
            last = outer.children[-1:]
            if last and last[0].kind in ("return_statement", "raise_statement"):
                return True
    return False


def _name(call: Node) -> str | None:
    function = call.field("function")
    if function is None:
        return None
    last = function.field("attribute") if function.kind == "attribute" else function
    return last.text if last is not None else None


def _subject(call: Node) -> tuple[str, str] | None:
    """Return the client and the collection of a call, as they are written."""
    function = call.field("function")
    receiver = function.field("object") if function is not None else None
    given = keyword(call, "collection_name") or next(iter(positional(call)), None)
    return None if receiver is None or given is None else (receiver.text, given.text)


RULE = Rule("QDR404", "harmful-argument", "0.1.0", __doc__, check, advice=True)
