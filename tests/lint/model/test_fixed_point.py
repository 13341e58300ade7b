"""Questions that ask each other: least answers, whichever is asked first and however deep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.model.fixed_point import FixedPoint
from flake8_qdrant.model.reads import Reads
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

Graph = dict[int, list[int]]
GRAPHS = st.integers(2, 9).flatmap(
    lambda size: st.fixed_dictionaries(
        {at: st.lists(st.integers(0, size - 1), max_size=3) for at in range(size)}
    )
)


class Reachability:
    """Which nodes of a graph each node leads to, itself among them."""

    def __init__(self, graph: Mapping[int, list[int]], deepest: int, reads: Reads) -> None:
        self.graph = graph
        self.memo = FixedPoint(deepest, lambda key: f"{key:09}", reads)
        self.reads = reads
        self.asked = 0

    def of(self, node: int) -> frozenset[int]:
        return self.memo.solve(node, lambda: self.find(node), frozenset())

    def find(self, node: int) -> frozenset[int]:
        self.asked += 1
        self.reads.note_file(str(node))
        return frozenset([node]).union(*(self.of(one) for one in self.graph[node]))


def reached(graph: Mapping[int, list[int]], node: int) -> frozenset[int]:
    found, new = {node}, [node]
    while new:
        following = {one for at in new for one in graph[at]} - found
        found |= following
        new = list(following)
    return frozenset(found)


@settings(max_examples=300, deadline=None)
@given(GRAPHS, st.data())
def test_the_least_answer_is_found_whichever_question_comes_first(
    graph: Graph, data: st.DataObject
) -> None:
    asked = Reachability(graph, 300, Reads())

    for node in data.draw(st.permutations(sorted(graph))):
        assert asked.of(node) == reached(graph, node)


@settings(max_examples=200, deadline=None)
@given(GRAPHS, st.data())
def test_after_a_change_only_what_rests_on_it_is_asked_again(
    graph: Graph, data: st.DataObject
) -> None:
    asked = Reachability(graph, 300, Reads(recording=True))
    for node in graph:
        asked.of(node)
    changed = data.draw(st.sampled_from(sorted(graph)))
    graph[changed] = data.draw(st.lists(st.sampled_from(sorted(graph)), max_size=3))
    unaffected = {node for node in graph if changed not in asked.of(node)}

    asked.memo.forget(asked.reads.changed(str(changed), None, ()).objects)
    before = asked.asked

    assert all(asked.of(node) == reached(graph, node) for node in unaffected)
    assert asked.asked == before
    assert all(asked.of(node) == reached(graph, node) for node in graph)


def test_answers_in_a_circle_do_not_depend_on_which_was_asked_first() -> None:
    """This function does not only grow, so that where one begins could show."""
    ring = {0: 1, 1: 2, 2: 0}

    def answers(first: int) -> dict[int, int]:
        memo = FixedPoint(300, lambda key: f"{key:09}", Reads())

        def solve(node: int) -> int:
            return memo.solve(node, lambda: (solve(ring[node]) * 2 + node) % 7, 0)

        solve(first)
        return {node: solve(node) for node in ring}

    assert answers(0) == answers(1) == answers(2)


def test_a_chain_deeper_than_the_stack_is_followed_to_its_end() -> None:
    chain = {at: [at + 1] for at in range(5_000)} | {5_000: []}
    asked = Reachability(chain, 40, Reads())

    assert 5_000 in asked.of(0)
    assert asked.asked < 20_000


def test_a_circle_longer_than_the_stack_has_an_answer() -> None:
    ring = {at: [(at + 1) % 500] for at in range(500)}

    assert 0 in Reachability(ring, 40, Reads()).of(0)
