"""Which requests are followed through their stations: all of them, or one in so many.

To follow a request costs little by itself; but whoever watches the turns of the loop keeps it from
resting, and where a client makes three thousand requests a second, that costs a tenth of them. So
at most so many a second are followed, by chance, and reports say which part of all that was.
"""

from __future__ import annotations

from random import Random

#: Requests a second, in one process, of which each is followed.
MOST_A_SECOND = 100
_WINDOW_SECONDS = 1.0
_MOST = MOST_A_SECOND * _WINDOW_SECONDS


class Sampling:
    """Draws the requests that are followed; for one thread.

    The share follows the traffic within a second, both ways: whatever is slow enough
    to be rare is followed each time.
    """

    def __init__(self) -> None:
        # A chance of its own: that of the process is its user's, who may have given it a seed.
        self._chance = Random().random  # noqa: S311 - hides nothing
        self._until = 0.0
        self._seen = 0
        self._share = 1.0

    def takes(self, moment: float) -> bool:
        """Tell whether a request that begins at `moment`, in seconds, is followed."""
        if moment >= self._until:
            # A window without any request, too, is one of few.
            late = moment >= self._until + _WINDOW_SECONDS
            self._share = 1.0 if late or not self._seen else min(1.0, _MOST / self._seen)
            self._until = moment + _WINDOW_SECONDS
            self._seen = 0
        self._seen += 1
        share = self._share
        # Traffic that grows is noticed before the window is over.
        if self._seen > _MOST:
            share = min(share, _MOST / self._seen)
        return share >= 1.0 or self._chance() < share
