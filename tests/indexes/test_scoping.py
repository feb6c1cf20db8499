"""Scopes and clocks become filters, or a reason why nothing can be found."""

from datetime import datetime

import pytest

from tests.every import every
from trikal.indexes.intervals import LATEST_MS, Interval
from trikal.indexes.media_facts import MediumFacts, parallel, shifted
from trikal.indexes.protocol import MomentFilter, worded
from trikal.indexes.scoping import OutOfScope, Scoping
from trikal.indexes.temporal import Absolute, Clock, Part, Scope, TemporalQuery
from trikal.indexes.trace import Trace
from trikal.moments import Track

_HOUR = 3_600_000
_NINE = datetime(2024, 3, 12, 9).astimezone()
_MEDIA = {
    "a": MediumFacts(duration_ms=_HOUR, name="council.mp4", series="news", recorded_at=_NINE),
    "b": MediumFacts(duration_ms=2 * _HOUR, name="talk.wav", series="talks"),
}


def scoping() -> Scoping:
    return Scoping(_MEDIA, Trace())


def windows(*constraints: Absolute | Part) -> dict[str, list[Interval]]:
    found = scoping().filters(TemporalQuery(constraints=constraints), MomentFilter())
    return {each.media_ids[0] if each.media_ids else "": list(each.windows) for each in found}


@every(("scope", "ids"), [
    (Scope(media=("council.mp4",)), ("a",)), (Scope(media=("COUNCIL",)), ("a",)),
    (Scope(series=("Talks",)), ("b",)), (Scope(dates=("2024-03-12",)), ("a",)),
    (Scope(dates=("2024-12-03", "2024-03-12")), ("a",)), (Scope(), ()),
])
def test_media_are_found_by_name_series_and_day(scope: Scope, ids: tuple[str, ...]) -> None:
    assert scoping().narrowed(MomentFilter(), scope).media_ids == ids


def test_a_scope_that_fits_no_medium_names_those_there_are() -> None:
    with pytest.raises(OutOfScope, match=r"no medium is in film.*council\.mp4, talk\.wav"):
        scoping().narrowed(MomentFilter(), Scope(media=("film",)))
    with pytest.raises(OutOfScope, match="no medium is in talk"):
        scoping().narrowed(MomentFilter(media_ids=("a",)), Scope(media=("talk",)))


def test_a_plain_window_is_one_filter_for_all_media() -> None:
    assert windows(Absolute(start_ms=5, end_ms=9)) == {"": [Interval(5, 9)]}


def test_parts_and_ends_are_taken_of_each_medium() -> None:
    assert windows(Part(start=0.5)) == {
        "a": [Interval(_HOUR // 2, LATEST_MS)], "b": [Interval(_HOUR, LATEST_MS)]}
    assert windows(Absolute(start_ms=60_000, from_end=True), Absolute(end_ms=_HOUR)) == {
        "a": [Interval(_HOUR - 60_000, _HOUR)]}


def test_the_wall_clock_is_read_only_where_the_time_of_recording_is_known() -> None:
    half_past = 9 * _HOUR + _HOUR // 2
    assert windows(Absolute(start_ms=half_past, end_ms=half_past, clock=Clock.WALL)) == {
        "a": [Interval.at(_HOUR // 2)]}
    with pytest.raises(OutOfScope, match="no medium is known to have been recorded"):
        windows(Absolute(start_ms=12 * _HOUR, clock=Clock.WALL, end_ms=13 * _HOUR))


def test_times_beyond_every_end_are_said_so() -> None:
    with pytest.raises(OutOfScope, match="the longest medium ends at 2:00:00"):
        windows(Absolute(start_ms=3 * _HOUR))


def test_contradictory_times_are_said_so() -> None:
    with pytest.raises(OutOfScope, match="contradict each other"):
        windows(Absolute(start_ms=300_000), Absolute(end_ms=180_000))


def test_media_recorded_at_one_time_are_parallel() -> None:
    later = MediumFacts(duration_ms=_HOUR, recorded_at=_NINE.replace(minute=30))
    media = {**_MEDIA, "c": later}
    assert parallel(media, "a") == {"c": -_HOUR // 2}
    assert parallel(media, "c") == {"a": _HOUR // 2}
    assert parallel(media, "b") == {}


def test_open_ends_stay_open_when_a_window_is_carried_over() -> None:
    assert shifted(Interval.since(10), -5) == Interval.since(5)
    assert shifted(Interval.until(10), 5) == Interval.until(15)


@pytest.mark.parametrize(("query", "tracks"), [
    (TemporalQuery(target="bread", tracks=(Track.SPEECH,)), (Track.SPEECH, Track.TRANSLATION)),
    (TemporalQuery(target="bread", tracks=(Track.SPEECH,), verbatim=True), (Track.SPEECH,)),
    (TemporalQuery(tracks=(Track.SPEECH,)), (Track.SPEECH,)),
    (TemporalQuery(target="bread", tracks=(Track.SCREEN,)), (Track.SCREEN,)),
    (TemporalQuery(target="bread"), ()),
])
def test_what_was_said_is_found_by_its_translation_unless_its_words_are_asked_for(
    query: TemporalQuery, tracks: tuple[Track, ...]
) -> None:
    (found,) = scoping().filters(query, MomentFilter())
    assert found.tracks == tracks
    assert Track.TRANSLATION not in worded(MomentFilter()).tracks
