"""Which files can have a finding: values decide, name by name, and nothing else is evaluated.

It begins with the files that name a client library. What their names carry decides who of their
importers is looked at, what they hand over decides which callees are, and so on until nothing new
comes. A class carries through its members: an importer in whose text no such member is read can
only hand an object on. Then either these importers are looked at, or whoever reads such a member,
whichever is less.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from flake8_qdrant.model.frontier.named_imports import Importer
from flake8_qdrant.model.frontier.outflow import CLIENT, Outflow, member_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flake8_qdrant.model.frontier.named_imports import NamedImports

_CONFTEST: Final = "/conftest.py"
_CLASS: Final = re.compile(rb"^[ \t]*class[ \t]+\w+[^(:\n]*\(([^)]*)\)", re.MULTILINE)


class Frontier:
    """The files that a client's value can reach.

    Args:
        imports: who imports what.
        statements: the import statements of every file in which a value may arrive.
        code: gives a file's text as bytes.
        outflow: gives what flows out of a file; this parses and evaluates it.
        protocols: gives each protocol's path and the names of its methods.
    """

    def __init__(
        self,
        imports: NamedImports,
        statements: Mapping[str, bytes],
        code: Callable[[str], bytes],
        outflow: Callable[[str], Outflow],
        protocols: Callable[[], Iterable[tuple[str, frozenset[str]]]],
    ) -> None:
        self._imports = imports
        self._statements = statements
        self._code = code
        self._outflow = outflow
        self._protocols = protocols
        self.reached: set[str] = set()
        """The files that have been looked at: no other one can have a finding."""
        self._carrying: set[str] = set()
        self._news: list[str] = []
        self._joining: list[str] = []
        self._steps: dict[str, set[str]] = defaultdict(set)
        self._handed: dict[str, set[str]] = defaultdict(set)
        self._told: dict[str, set[str]] = defaultdict(set)
        self._agreed: dict[str, tuple[frozenset[str], ...]] = {}
        self._agreeing: dict[str, set[str]] = defaultdict(set)
        self._bases: dict[str, set[str]] = defaultdict(set)
        self._members: dict[str, frozenset[str]] = {}
        self._words_of: dict[str, set[str]] = defaultdict(set)
        """The members through which each class carries, by its node."""
        self._holders: dict[str, set[Importer]] = defaultdict(set)
        """Who has a class under which name, by its node."""
        self._origins: dict[str, set[str]] = defaultdict(set)
        """The classes that a name stands for by imports alone."""
        self._known_protocols: list[tuple[str, frozenset[str]]] | None = None

    def grow(self, seeds: Iterable[str]) -> set[str]:
        """Return the files that can have a finding.

        Args:
            seeds: those that name a client, or do what is a mistake without any.
        """
        for seed in sorted(seeds):
            self._join(seed)
        while self._joining or self._news:
            while self._joining or self._news:
                while self._news:
                    self._follow(self._news.pop())
                if self._joining:
                    self._look_at(self._joining.pop())
            self._follow_classes()
        return self.reached

    def _join(self, path: str) -> None:
        if path not in self.reached and path in self._statements:
            self.reached.add(path)
            self._joining.append(path)

    def _look_at(self, path: str) -> None:
        found = self._outflow(path)
        for node, other in found.bases:
            self._bases[other].add(node)
        self._members.update(found.members)
        for node, below in found.agreed.items():
            self._agreed[node] = below
            for one in frozenset().union(*below):
                self._agreeing[one].add(node)
            self._agree(node)
        for targets, pairs in (
            (self._steps, found.steps),
            (self._handed, found.handed),
            (self._told, found.told),
        ):
            for node, other in pairs:
                targets[node].add(other)
        for pairs, do in (
            (found.steps, self._carry),
            (found.handed, self._join),
            (found.told, self._tell),
        ):
            for node, other in pairs:
                if node == CLIENT or node in self._carrying:
                    do(other)

    def _carry(self, node: str) -> None:
        if node not in self._carrying:
            self._carrying.add(node)
            self._news.append(node)
            above, _, name = node.rpartition(".")
            if "::" in above:
                self._words_of[above].add(name)

    def _agree(self, node: str) -> None:
        if any(below <= self._carrying for below in self._agreed.get(node, ())):
            self._carry(node)

    def _tell(self, word: str) -> None:
        for path in self._reading((word,)):
            self._join(path)

    def _reading(self, words: Iterable[str]) -> list[str]:
        """Return the files not yet reached that read an attribute of one of the names."""
        sought = [b"." + word.encode("utf-8", "replace") for word in words]
        quoted = [word[1:].join((quote, quote)) for word in sought for quote in (b"'", b'"')]
        return [
            path
            for path in self._statements
            if path not in self.reached and _holds(self._code(path), (*sought, *quoted))
        ]

    def _follow(self, node: str) -> None:
        for other in self._steps.get(node, ()):
            self._carry(other)
        for path in self._handed.get(node, ()):
            self._join(path)
        for word in self._told.get(node, ()):
            self._tell(word)
        for other in self._agreeing.get(node, ()):
            self._agree(other)
        path, _, name = node.partition("::")
        if name and "." not in name:
            self._follow_name(node, path, name)

    def _follow_name(self, node: str, path: str, name: str) -> None:
        classes = self._origins.get(node) or ({node} if node in self._members else set())
        for importer in self._imports.of_name(path, name):
            here = member_of(importer.path, importer.alias)
            if here != node:
                more = classes - self._origins[here]
                self._origins[here] |= more
                self._arrive(importer, classes)
                if more and here in self._carrying:
                    self._news.append(here)
                self._carry(here)
        word = name.encode("utf-8", "replace")
        for importer in self._imports.of_module(path):
            if importer.path not in self.reached and word in self._code(importer.path):
                self._arrive(Importer(importer.path, name), classes)
        if path.endswith(_CONFTEST):
            below = path.removesuffix(_CONFTEST[1:])
            for one in self._statements:
                if one.startswith(below) and word in self._code(one):
                    self._join(one)

    def _arrive(self, importer: Importer, classes: Iterable[str]) -> None:
        """A name that carries is there under another name, unless that is only handed on."""
        if importer.path in self.reached or not self._uses(importer):
            return
        if not classes:
            self._join(importer.path)
        for one in classes:
            self._holders[one].add(importer)

    def _uses(self, importer: Importer) -> bool:
        """Tell whether a file does anything with a name but import it."""
        name = importer.alias.encode("utf-8", "replace")
        statements = self._statements.get(importer.path)
        if statements is None:
            return False
        return self._code(importer.path).count(name) > statements.count(name)

    def _follow_classes(self) -> None:
        self._follow_protocols()
        for cls in sorted(self._holders):
            waiting = {one for one in self._holders[cls] if one.path not in self.reached}
            if not waiting:
                continue
            words = self._words(cls)
            if words is None:
                chosen = waiting
            else:
                sought = [b"." + word.encode("utf-8", "replace") for word in words]
                chosen = {one for one in waiting if self._reads(one, sought)}
            for one in chosen:
                self._join(one.path)
            rest = {one.path for one in waiting - chosen}
            if rest and words:
                readers = self._reading(words)
                cheaper = min((rest, readers), key=self._size)
                for path in sorted(cheaper):
                    self._join(path)

    def _reads(self, importer: Importer, sought: Iterable[bytes]) -> bool:
        """Tell whether a file reads a member that carries, or makes a class of its own of it."""
        code = self._code(importer.path)
        if _holds(code, sought):
            return True
        name = importer.alias.encode("utf-8", "replace")
        return any(name in bases for bases in _CLASS.findall(code))

    def _size(self, paths: Iterable[str]) -> int:
        return sum(len(self._code(path)) for path in paths)

    def _words(self, cls: str) -> set[str] | None:
        """Return the members through which a class carries; None if it is any use of it."""
        words: set[str] = set()
        for one in self._family(cls):
            if CLIENT in self._bases.get(one, ()) or "__getattr__" in self._members.get(one, ()):
                return None
            words |= self._words_of.get(one, set())
        return (
            None if any(word.startswith("__") and word.endswith("__") for word in words) else words
        )

    def _family(self, cls: str) -> set[str]:
        found: set[str] = set()
        waiting = [cls]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._bases.get(one, ())
        return found

    def _follow_protocols(self) -> None:
        """A protocol is met by whoever has its methods, without a word of it."""
        carrying = [names for cls, names in self._members.items() if cls in self._carrying]
        if not carrying:
            return
        if self._known_protocols is None:
            self._known_protocols = list(self._protocols())
        for path, methods in self._known_protocols:
            if path not in self.reached and any(methods <= names for names in carrying):
                self._join(path)


def _is_special(word: str) -> bool:
    """Tell whether a member is used without its name: a constructor, an operator, an iteration."""
    return word.startswith("__") and word.endswith("__")


def _holds(code: bytes, words: Iterable[bytes]) -> bool:
    return any(word in code for word in words)
