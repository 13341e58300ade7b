"""Answers that are found once, also where questions lead back to themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flake8_qdrant.model.reads import Reads

Answer = TypeVar("Answer")
_MOST_ROUNDS: Final = 12


class FixedPoint:
    """Remembers the answers to questions that ask each other.

    A question that is asked while it is open gets what is known of its answer so far, at first the
    least there is. When the first question of such a circle has its answer, and any in the circle
    differs from what the others were told, all are asked again with these, until they stay the
    same: the least fixed point, as answers only grow. Inside a round every question is answered
    once, so the cost grows with the number of questions, not with that of ways through them.

    A circle is always gone through from the same one of its questions, whichever was asked first,
    so that its answers do not depend on that.

    Args:
        deepest: how many questions may be open, which bounds Python's stack. A chain that is longer
            is gone through in pieces, from its end.
        order: gives what puts questions into an order that is the same in each run.
        reads: told which files an answer rests on.
    """

    def __init__(
        self,
        deepest: int,
        order: Callable[[Hashable], str],
        reads: Reads,
    ) -> None:
        self._deepest = deepest
        self._order = order
        self._reads = reads
        self.final: dict[Hashable, tuple[Any, int]] = {}
        """Answers for good, with what they rest on."""
        self._resting: dict[int, tuple[int, list[Hashable]]] = {}
        """What answers rest on, and the keys of those that do; each such number is kept once."""
        self._provisional: dict[Hashable, tuple[Any, int, int]] = {}
        """Answers in a circle, with the level of its outermost question, and what they rest on."""
        self._waiting: list[Hashable] = []
        """The keys of `_provisional`, in the order in which they were answered."""
        self._open: dict[Hashable, int] = {}
        self._guesses: dict[Hashable, Any] = {}
        self._questions: dict[Hashable, tuple[Callable[[], Any], Any]] = {}
        """How to answer what is open or provisional, and from what to start."""
        self._lowest = deepest + 1
        """The outermost open question that the present one has led back to, by its level."""
        self._turned = False
        """Whether a circle is gone through from its first question."""

    def solve(self, key: Hashable, find: Callable[[], Answer], least: Answer) -> Answer:
        """Return the answer to a question, found by `find` if it is not known.

        Args:
            key: what stands for the question.
            find: finds the answer, and may ask other questions.
            least: the answer to start from where the question leads back to itself.
        """
        answer: Answer
        known = self.final.get(key)
        if known is not None:
            answer, read = known
            self._reads.add(read)
            return answer
        provisional = self._provisional.get(key)
        if provisional is not None:
            answer, lowest, read = provisional
            self._reads.add(read)
            self._lowest = min(self._lowest, lowest)
            return answer
        if key in self._open:
            self._lowest = min(self._lowest, self._open[key])
            answer = self._guesses.get(key, least)
            return answer
        if not self._open:
            return self._first(key, find, least)
        if len(self._open) >= self._deepest:
            raise _TooDeepError(key, find, least)
        return self._find(key, find, least)

    def forget(self, dirty: int) -> None:
        """Forget the answers that rest on what has changed."""
        for read in [read for read in self._resting if read & dirty]:
            for key in self._resting.pop(read)[1]:
                del self.final[key]

    def _keep(self, key: Hashable, answer: object, read: int) -> None:
        """Keep an answer for good."""
        if not read:
            self.final[key] = (answer, 0)
            return
        same, keys = self._resting.setdefault(read, (read, []))
        self.final[key] = (answer, same)
        keys.append(key)

    def _first(self, key: Hashable, find: Callable[[], Answer], least: Answer) -> Answer:
        """Answer a question under no other one; what lies too deep below it is answered before."""
        under: list[tuple[Hashable, Callable[[], Any], Any]] = [(key, find, least)]
        while True:
            try:
                answer: Answer = self._find(*under[-1])
            except _TooDeepError as deep:
                if any(deep.key == one for one, *_ in under):
                    self._keep(deep.key, deep.least, self._reads.everything)
                else:
                    under.append((deep.key, deep.find, deep.least))
                continue
            under.pop()
            if not under:
                return answer

    def _find(self, key: Hashable, find: Callable[[], Answer], least: Answer) -> Answer:
        level, mark, outer = len(self._open), len(self._waiting), self._lowest
        self._open[key] = level
        self._questions[key] = find, least
        recording = self._reads.recording
        before = self._reads.begin() if recording else 0
        try:
            for _ in range(_MOST_ROUNDS):
                self._lowest = self._deepest + 1
                answer = find()
                if self._lowest != level or not self._is_news(key, answer, least, mark):
                    break
                first = self._first_of(key, mark)
                if first != key:
                    turned: Answer = self._turn(first, key, mark, outer)
                    return turned
                self._guesses[key] = answer
                for one in self._waiting[mark:]:
                    self._guesses[one] = self._provisional[one][0]
                self._forget(mark)
        except BaseException:
            self._forget(mark)
            self._lowest = outer
            raise
        finally:
            read = self._reads.end(before) if recording else 0
            self._open.pop(key, None)
            if not level:
                self._guesses.clear()
        if self._lowest < level:
            self._reach(mark)
            self._provisional[key] = (answer, self._lowest, read)
            self._waiting.append(key)
            self._lowest = min(outer, self._lowest)
        else:
            self._settle(mark, read)
            self._keep(key, answer, read)
            self._questions.pop(key, None)
            self._guesses.pop(key, None)
            self._lowest = outer
        return answer

    def _reach(self, mark: int) -> None:
        """Have what led back to a question that is closed now lead back to where that one does."""
        for one in self._waiting[mark:]:
            answer, lowest, read = self._provisional[one]
            if lowest > self._lowest:
                self._provisional[one] = (answer, self._lowest, read)

    def _is_news(self, key: Hashable, answer: object, least: object, mark: int) -> bool:
        """Tell whether an answer in a circle is not what the others were told of it."""
        if answer != self._guesses.get(key, least):
            return True
        return any(
            self._provisional[one][0] != self._guesses.get(one, self._questions[one][1])
            for one in self._waiting[mark:]
        )

    def _first_of(self, key: Hashable, mark: int) -> Hashable:
        """Return the question from which the circle around an open one is gone through."""
        circle = self._waiting[mark:]
        if self._turned or not circle:
            return key
        return min((key, *circle), key=self._order)

    def _turn(self, first: Hashable, key: Hashable, mark: int, outer: int) -> Any:  # noqa: ANN401
        """Go through a circle from its first question, and answer another one after it."""
        questions = self._questions[first], self._questions[key]
        self._forget(mark)
        del self._open[key]
        self._guesses.pop(key, None)
        self._lowest = outer
        self._turned = True
        try:
            self.solve(first, *questions[0])
            answer: Any = self.solve(key, *questions[1])
            return answer
        finally:
            self._turned = False

    def _forget(self, mark: int) -> None:
        for key in self._waiting[mark:]:
            del self._provisional[key]
            self._questions.pop(key, None)
        del self._waiting[mark:]

    def _settle(self, mark: int, read: int) -> None:
        """Keep for good what was answered under a question that leads back to none above it."""
        for key in self._waiting[mark:]:
            self._keep(key, self._provisional.pop(key)[0], read)
            self._questions.pop(key, None)
            self._guesses.pop(key, None)
        del self._waiting[mark:]


class _TooDeepError(Exception):
    """A question stands under so many that they are left, to be asked again after it."""

    def __init__(self, key: Hashable, find: Callable[[], Any], least: Any) -> None:  # noqa: ANN401
        super().__init__()
        self.key = key
        self.find = find
        self.least = least
