"""Parts: from where to where something is spoken about, and the moments that prove it."""

import pytest

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.temporal import Anchored, Ask, Relation, TemporalQuery
from trikal.moments import Moment, Unit


def said(second: int, text: str, media_id: str = "medium-a") -> Moment:
    return moment(second * 1_000, second * 1_000 + 4_000, text=text, media_id=media_id)


@pytest.fixture
def talk(archive: Archive) -> Archive:
    """Ten minutes: fuel from 2:00 to 3:00, the bell at 5:00, and fuel again from 7:00 to 7:30."""
    fuel = {n for n in range(120, 180, 10)} | {n for n in range(420, 450, 10)}
    archive.hold(*(
        said(n, f"the fuel cells lose oxygen {n}" if n in fuel
             else "the bell rings" if n == 300 else f"nothing of note {n}")
        for n in range(0, 600, 10)))
    return archive


def test_a_part_has_a_start_an_end_and_moments_in_it(talk: Archive) -> None:
    found = talk.run("Show me the part about the fuel cells")
    best = found.parts[0]
    assert best.interval == Interval(120_000, 174_000)
    assert all(best.interval.contains(Interval.of(each.moment)) for each in best.evidence)
    assert all("fuel" in each.moment.text for each in best.evidence)
    assert found.evidence == best.evidence


def test_parts_do_not_overlap_and_come_best_first(talk: Archive) -> None:
    parts = talk.run("the part about the fuel cells").parts
    assert len(parts) > 1
    assert [each.score for each in parts] == sorted((each.score for each in parts), reverse=True)
    assert not any(one.interval.overlaps(other.interval)
                   for one in parts for other in parts if one is not other)


def test_a_part_after_an_event_is_looked_for_only_there(talk: Archive) -> None:
    found = talk.run("Show me the part about the fuel cells after the bell rings")
    assert found.parts[0].interval == Interval(420_000, 444_000)
    assert all(each.interval.start_ms >= 300_000 for each in found.parts)


def test_a_part_reaches_out_of_no_window(talk: Archive) -> None:
    window = Interval(0, 150_000)
    found = talk.run("the part about the fuel cells in the first 150 seconds")
    assert found.parts[0].interval == Interval(120_000, 144_000)
    assert all(window.contains(each.interval) for each in found.parts)


def test_what_came_after_a_part_came_after_its_end(talk: Archive) -> None:
    part = TemporalQuery(target="the fuel cells", ask=Ask.SPANS)
    found = talk.run(TemporalQuery(constraints=(
        Anchored(relation=Relation.RIGHT_AFTER, anchor=part),)))
    assert found.evidence[0].moment.start_ms == 180_000


def test_the_steps_tell_from_where_to_where_and_why(talk: Archive) -> None:
    trace = talk.run("Show me the part about the fuel cells").trace
    assert any("a part from 2:00 to 2:54: 6 moments found in it, the best “the fuel" in step
               for step in trace)


def test_only_observations_speak_for_a_part(archive: Archive) -> None:
    inside = [said(n, "the harbour of Trieste") for n in (0, 5)]
    passage = moment(0, 9_000, unit=Unit.PASSAGE, text="the harbour of Trieste once more")
    archive.hold(*inside, passage, *(said(n, "other things") for n in range(100, 400, 10)))
    (best, *_) = archive.run("the part about the harbour of Trieste").parts
    assert {each.moment.unit for each in best.evidence} == {Unit.OBSERVATION}


def test_each_medium_has_parts_of_its_own(talk: Archive) -> None:
    talk.durations["medium-b"] = 600_000
    talk.hold(*(said(n, "the fuel cells lose oxygen", "medium-b") for n in range(0, 60, 10)))
    parts = talk.run("the part about the fuel cells").parts
    assert {each.media_id for each in parts} == {"medium-a", "medium-b"}
    assert all({each.moment.media_id for each in part.evidence} == {part.media_id}
               for part in parts)


def test_of_an_empty_archive_there_is_no_part_and_a_reason(archive: Archive) -> None:
    found = archive.run("the part about the fuel cells")
    assert found.parts == ()
    assert found.absent
