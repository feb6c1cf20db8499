"""Where a query may look at all: its media, its speakers, and its windows on the clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval, intersect
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.temporal import Absolute, Clock, Part, Scope, TemporalQuery
from trikal.indexes.trace import Trace, span_words
from trikal.indexes.windows import window_of_part, window_on_clock
from trikal.moments import Track
from trikal.timecode import format_timecode

_Clocked = Absolute | Part


class OutOfScope(Exception):
    """Nothing can be found, and why: a sentence for the reader."""


class Scoping:
    """Turns scopes and times into filters.

    Args:
        media: The archive's media, by id.
        trace: Told which windows are left.
    """

    def __init__(self, media: Mapping[str, MediumFacts], trace: Trace) -> None:
        self._media = media
        self._trace = trace

    def narrowed(self, base: MomentFilter, scope: Scope) -> MomentFilter:
        """Narrow a filter to a scope's media.

        Raises:
            OutOfScope: No medium is left.
        """
        if not (scope.media or scope.series or scope.dates):
            return base
        known = base.media_ids or tuple(self._media)
        kept = tuple(each for each in known if each in self._media
                     and _is_in(scope, each, self._media[each]))
        if not kept:
            names = sorted(facts.name for facts in self._media.values() if facts.name)
            raise OutOfScope(f"no medium is {scope.model_copy(update={'speakers': ()}).words()}; "
                             f"there are: {', '.join(names[:8])}{' …' if len(names) > 8 else ''}")
        return replace(base, media_ids=kept)

    def filters(self, query: TemporalQuery, base: MomentFilter) -> list[MomentFilter]:
        """Return where the query's own target may lie, as far as scope and clock say.

        Returns:
            One filter, or one a medium where the medium's length or clock matters.

        Raises:
            OutOfScope: Nothing can lie there.
        """
        scope = replace(base, tracks=_tracks(query) or base.tracks,
                        speakers=query.scope.speakers or base.speakers)
        clocked = [c for c in query.constraints if isinstance(c, _Clocked)]
        if not clocked:
            return [scope]
        if all(map(_is_plain, clocked)):
            found = self._in_any_medium(clocked, scope)
        else:
            found = self._in_each_medium(clocked, scope)
        if not found:
            raise OutOfScope(self._why_closed(clocked, scope.media_ids))
        return found

    def _in_any_medium(
        self, clocked: Iterable[_Clocked], scope: MomentFilter
    ) -> list[MomentFilter]:
        windows = list(scope.windows) or [Interval(EARLIEST_MS, LATEST_MS)]
        for each in clocked:
            if isinstance(each, Absolute):
                windows = intersect(windows, [window_on_clock(each, 0)])
        ids = self._ids(scope.media_ids)
        if not windows or (ids and all(self._is_beyond(windows, each) for each in ids)):
            return []
        self._tell(windows, "")
        return [replace(scope, windows=tuple(windows))]

    def _in_each_medium(
        self, clocked: Sequence[_Clocked], scope: MomentFilter
    ) -> list[MomentFilter]:
        found = []
        for media_id in self._ids(scope.media_ids):
            windows = list(scope.windows) or [Interval(EARLIEST_MS, LATEST_MS)]
            for each in clocked:
                windows = intersect(windows, self._windows(each, media_id))
            if windows:
                self._tell(windows, media_id)
                found.append(replace(scope, media_ids=(media_id,), windows=tuple(windows)))
        return found

    def _windows(self, constraint: Absolute | Part, media_id: str) -> list[Interval]:
        """Return a constraint's windows in one medium, none when they lie beyond its end."""
        facts = self._media.get(media_id, MediumFacts())
        if isinstance(constraint, Part):
            windows = [window_of_part(constraint, facts.duration_ms)]
        elif constraint.clock is Clock.WALL:
            windows = facts.on_wall_clock(constraint.start_ms, constraint.end_ms)
        else:
            windows = [window_on_clock(constraint, facts.duration_ms)]
        return [each for each in windows if not self._is_beyond([each], media_id)]

    def _is_beyond(self, windows: Sequence[Interval], media_id: str) -> bool:
        duration_ms = self._media.get(media_id, MediumFacts()).duration_ms
        return duration_ms > 0 and all(each.start_ms >= duration_ms for each in windows)

    def _ids(self, media_ids: Sequence[str]) -> Sequence[str]:
        return media_ids or tuple(self._media)

    def _tell(self, windows: Sequence[Interval], media_id: str) -> None:
        name = self._media[media_id].name if media_id in self._media else ""
        where = f" of {name}" if name and len(self._media) > 1 else ""
        spans = ", ".join(map(span_words, windows))
        self._trace.window(f"looked only at {spans}{where}", media_id, windows)

    def _why_closed(self, clocked: Sequence[_Clocked], media_ids: Sequence[str]) -> str:
        said = " and ".join(f"“{each.words()}”" for each in clocked)
        if any(isinstance(c, Absolute) and c.clock is Clock.WALL for c in clocked):
            return (f"no medium is known to have been recorded {said}; the time of recording is "
                    "read from the files, and most have none")
        lengths = [self._media[each].duration_ms for each in self._ids(media_ids)
                   if each in self._media]
        if len(clocked) > 1 and not _agree(clocked):
            return f"the times contradict each other: nothing lies {said} at once"
        longest = format_timecode(max(lengths, default=0))
        return f"nothing lies {said}: the longest medium ends at {longest}"


def _tracks(query: TemporalQuery) -> tuple[Track, ...]:
    """Let what was said be found by its translation, unless its very words are asked for."""
    if query.tracks == (Track.SPEECH,) and query.target and not query.verbatim:
        return (Track.SPEECH, Track.TRANSLATION)
    return query.tracks


def _agree(clocked: Sequence[_Clocked]) -> bool:
    """Whether windows on the plain clock leave anything open, however long a medium is."""
    windows: list[Interval] | None = None
    for each in clocked:
        if isinstance(each, Absolute) and _is_plain(each):
            own = [window_on_clock(each, 0)]
            windows = own if windows is None else intersect(windows, own)
    return windows is None or bool(windows)


def _is_plain(constraint: Absolute | Part) -> bool:
    """Whether it means the same window in every medium."""
    return (isinstance(constraint, Absolute) and not constraint.from_end
            and constraint.clock is Clock.MEDIA)


def _is_in(scope: Scope, media_id: str, facts: MediumFacts) -> bool:
    stem = facts.name.rpartition(".")[0] or facts.name
    names = {facts.name.casefold(), stem.casefold()}
    return (
        (not scope.media or any(name.casefold() in names or media_id.startswith(name)
                                for name in scope.media))
        and (not scope.series or facts.series.casefold() in map(str.casefold, scope.series))
        and (not scope.dates or any(facts.was_recorded_on(date.fromisoformat(each))
                                    for each in scope.dates))
    )
