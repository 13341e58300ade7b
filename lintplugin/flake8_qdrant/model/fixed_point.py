"""Answers that are found once, also where questions lead back to themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Answer = TypeVar("Answer")
_MOST_ROUNDS: Final = 5


class FixedPoint(Generic[Answer]):
    """Remembers the answers to questions that ask each other.

    A question that is asked while it is open gets what is known of its answer so far, at first
    `bottom`. When the first question of such a circle has its answer, and that differs from what
    the others were told, they are asked again with it, until it stays the same: the least fixed
    point, as answers only grow. Inside a round every question is answered once, so the cost grows
    with the number of questions, not with the number of ways through them.

    Args:
        bottom: the answer to start from.
        too_deep: the answer to a question that stands under more than `deepest` open ones.
        deepest: how many questions may be open, which bounds Python's stack.
    """

    def __init__(self, bottom: Answer, too_deep: Answer, deepest: int) -> None:
        self._bottom = bottom
        self._too_deep = too_deep
        self._deepest = deepest
        self._final: dict[Hashable, Answer] = {}
        self._provisional: dict[Hashable, tuple[Answer, int]] = {}
        self._waiting: list[Hashable] = []
        """The keys of `_provisional`, in the order in which they were answered."""
        self._open: dict[Hashable, int] = {}
        self._guesses: dict[Hashable, Answer] = {}
        self._lowest = deepest + 1
        """The outermost open question that the present one has led back to, by its level."""

    def ask(self, key: Hashable, find: Callable[[], Answer]) -> Answer:
        """Return the answer to a question, found by `find` if it is not known.

        Args:
            key: what stands for the question.
            find: finds the answer, and may ask other questions.
        """
        if key in self._final:
            return self._final[key]
        if key in self._provisional:
            answer, lowest = self._provisional[key]
            self._lowest = min(self._lowest, lowest)
            return answer
        if key in self._open:
            self._lowest = min(self._lowest, self._open[key])
            return self._guesses.get(key, self._bottom)
        if len(self._open) >= self._deepest:
            return self._too_deep
        return self._find(key, find)

    def _find(self, key: Hashable, find: Callable[[], Answer]) -> Answer:
        level, mark, outer = len(self._open), len(self._waiting), self._lowest
        self._open[key] = level
        try:
            for _ in range(_MOST_ROUNDS):
                self._lowest = self._deepest + 1
                answer = find()
                if self._lowest != level or answer == self._guesses.get(key, self._bottom):
                    break
                self._guesses[key] = answer
                self._forget(mark)
        except BaseException:
            self._forget(mark)
            self._lowest = outer
            raise
        finally:
            del self._open[key]
            self._guesses.pop(key, None)
        if self._lowest < level:
            self._provisional[key] = (answer, self._lowest)
            self._waiting.append(key)
            self._lowest = min(outer, self._lowest)
        else:
            self._settle(mark)
            self._final[key] = answer
            self._lowest = outer
        return answer

    def _forget(self, mark: int) -> None:
        for key in self._waiting[mark:]:
            del self._provisional[key]
        del self._waiting[mark:]

    def _settle(self, mark: int) -> None:
        """Keep for good what was answered under a question that leads back to none above it."""
        for key in self._waiting[mark:]:
            self._final[key] = self._provisional.pop(key)[0]
        del self._waiting[mark:]
