"""Moments in time order: what a window holds, and what stands before and after a moment."""

from typing import Any

from trikal.indexes.engine import Engine
from trikal.indexes.payload import from_payload, time_order
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.moments import Moment


class TimeOrder(Engine):
    """Reads an engine's moments by start, then end, then id; see the protocol."""

    def previous(
        self, moment: Moment, count: int, *, filter: MomentFilter = EVERYTHING
    ) -> list[Moment]:
        """Return up to ``count`` moments just before this one, in time order."""
        alike = self._dialect.beside(moment)
        tied = self._tied(moment, filter, alike)
        before = [each for each in tied if time_order(each) < time_order(moment)]
        earlier = self._dialect.starting(lt=moment.start_ms)
        rest = self._in_order(self._dialect.matching(filter, alike, earlier), count, backwards=True)
        return (rest[::-1] + before)[-count:] if count > 0 else []

    def following(
        self, moment: Moment, count: int, *, filter: MomentFilter = EVERYTHING
    ) -> list[Moment]:
        """Return up to ``count`` moments just after this one, in time order."""
        alike = self._dialect.beside(moment)
        tied = self._tied(moment, filter, alike)
        after = [each for each in tied if time_order(each) > time_order(moment)]
        later = self._dialect.starting(gt=moment.start_ms)
        rest = self._in_order(self._dialect.matching(filter, alike, later), count)
        return (after + rest)[:max(count, 0)]

    def in_window(self, filter: MomentFilter, limit: int) -> list[Moment]:
        """Return the first ``limit`` moments that pass the filter, in time order."""
        return self._in_order(self._dialect.matching(filter), limit)

    def _in_order(self, conditions: Any, limit: int, *, backwards: bool = False) -> list[Moment]:
        if limit < 1:
            return []
        payloads = self._read(conditions, limit=limit, backwards=backwards)
        moments = [from_payload(payload) for payload in payloads]
        if len(moments) == limit:
            moments = self._with_whole_tail(moments, conditions)
        return sorted(moments, key=time_order, reverse=backwards)[:limit]

    def _with_whole_tail(self, moments: list[Moment], conditions: Any) -> list[Moment]:
        """Complete the last start: the engine cuts among equal starts as it likes."""
        last = moments[-1].start_ms
        tail = self._read_all(self._joined(conditions, self._dialect.starting(gte=last, lte=last)))
        whole = [moment for moment in moments if moment.start_ms != last]
        return whole + [from_payload(payload) for payload in tail]

    def _tied(self, moment: Moment, filter: MomentFilter, alike: Any) -> list[Moment]:
        here = self._dialect.starting(gte=moment.start_ms, lte=moment.start_ms)
        payloads = self._read_all(self._dialect.matching(filter, alike, here))
        return sorted(map(from_payload, payloads), key=time_order)

    def _joined(self, *conditions: Any) -> Any:
        return self._dialect.all_of(must=[each for each in conditions if each is not None])
