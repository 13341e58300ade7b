"""Made-up projects whose functions, classes and modules lead back to each other in every way."""

from __future__ import annotations

import random
from typing import Final

HEAD: Final = """\
from __future__ import annotations
import asyncio
import functools
from unittest.mock import Mock
from qdrant_client import AsyncQdrantClient, QdrantClient
"""
_MADE: Final = ("QdrantClient()", "AsyncQdrantClient()", "None", "Mock()", "QdrantClient()")


class Knot:
    """One project: a few modules, each with functions, a class and module variables.

    Every expression may name anything of any module, so imports, calls, attributes and bases make
    circles; each program is sound Python as far as its syntax goes.
    """

    def __init__(self, seed: int, modules: int = 4, functions: int = 5) -> None:
        self.chance = random.Random(seed)
        self.modules = [f"m{number}" for number in range(modules)]
        self.functions = [f"f{number}" for number in range(functions)]

    def files(self) -> dict[str, str]:
        """Return the source of each module, by its path from the project's folder."""
        return {f"{name}.py": self.module(name) for name in self.modules}

    def module(self, name: str) -> str:
        """Return one module's source."""
        lines = [HEAD]
        for other in self.modules:
            if other != name:
                lines.append(f"import {other}")
                taken = self.chance.sample(self.functions, 2)
                lines += [f"from {other} import {one} as {other}_{one}" for one in taken]
        lines += [f"shared = {self.value(name, 'None')}", *self.keeper(name)]
        for function in self.functions:
            lines += self.function(name, function)
        return "\n".join(lines) + "\n"

    def keeper(self, name: str) -> list[str]:
        """Return a class that keeps a value and hands it on."""
        base = self.chance.choice(["", "", *(f"({other}.Keeper)" for other in self.modules)])
        base = base if f"({name}." not in base else ""
        return [
            f"class Keeper{base}:",
            "    def __init__(self, given=None):",
            f"        self.held = {self.value(name, 'given')}",
            "    def get(self):",
            f"        return {self.value(name, 'self.held')}",
            "    def put(self, given):",
            "        self.held = given",
            f"        return self.{self.chance.choice(['get()', 'held', 'put(given)'])}",
        ]

    def function(self, module: str, name: str) -> list[str]:
        """Return a function that uses what it is given, and what others return."""
        is_async = self.chance.random() < 0.4
        lines = [f"{'async ' if is_async else ''}def {name}(given=None):"]
        for _ in range(self.chance.randrange(1, 4)):
            value = self.value(module, "given")
            lines += self.chance.choice(
                [
                    [f"    given = {value}"],
                    [f"    if given is None:\n        given = {value}"],
                    [f"    for one in [{value}, given]:\n        one.count('docs')"],
                    [f"    {value}.query_points('docs')"],
                    ["    given.upsert('docs', [])"],
                    [f"    {'await ' if is_async else ''}{self.call(module)}(given)"],
                    [f"    shared.held = {value}"],
                    [f"    with {value} as given:\n        given.count('docs')"],
                    [f"    if isinstance(given, QdrantClient):\n        return {value}"],
                ]
            )
        lines.append(f"    return {self.value(module, 'given')}")
        return lines

    def value(self, module: str, given: str) -> str:
        """Return an expression for a client, or for something that may be one."""
        called = self.call(module)
        return self.chance.choice(
            [
                given,
                given,
                self.chance.choice(_MADE),
                f"{called}({given})",
                f"{called}({self.chance.choice(_MADE)})",
                f"{self.place(module)}shared",
                f"{self.place(module)}Keeper({given}).get()",
                f"{self.place(module)}Keeper({given}).held",
                f"functools.partial({called}, {given})()",
                f"({given} or {self.chance.choice(_MADE)})",
                f"(lambda x: {called}(x))({given})",
            ]
        )

    def call(self, module: str) -> str:
        """Return the name of a function, of this module or another."""
        return self.place(module) + self.chance.choice(self.functions)

    def place(self, module: str) -> str:
        other = self.chance.choice(self.modules)
        return "" if other == module else f"{other}."
