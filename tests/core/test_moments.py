from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.every import every
from trikal.moments import Moment, Track, Unit

_FIELDS: dict[str, Any] = {"media_id": "ab" * 32, "track": Track.SPEECH, "start_ms": 1_000,
                           "end_ms": 2_000, "text": "नमस्ते", "source": "whisper-base"}


def moment(**changed: Any) -> Moment:
    return Moment(**{**_FIELDS, **changed})


def test_the_same_observation_has_the_same_id_in_every_process() -> None:
    assert moment().id == moment().id == "e03f227c-6910-5bfa-9f59-d17f84e9c3c9"


@every("changed", [
    {"media_id": "cd" * 32}, {"track": Track.SCREEN}, {"unit": Unit.PASSAGE}, {"start_ms": 999},
    {"end_ms": 2_001}, {"text": "x"}, {"source": "whisper-small"}, {"speaker": "A"},
])
def test_whatever_tells_observations_apart_changes_the_id(changed: dict[str, Any]) -> None:
    assert moment(**changed).id != moment().id


@pytest.mark.parametrize("changed", [
    {"confidence": 0.5}, {"language": "hi"}, {"recorded_at": datetime(2026, 1, 1, tzinfo=UTC)},
])
def test_what_is_only_known_about_an_observation_does_not(changed: dict[str, Any]) -> None:
    assert moment(**changed).id == moment().id


def test_two_speakers_at_the_same_time_stay_two() -> None:
    assert moment(speaker="A").id != moment(speaker="B").id


def test_fields_do_not_run_into_each_other() -> None:
    assert moment(speaker="A", text="B").id != moment(speaker="", text="AB").id
    assert moment(start_ms=1, end_ms=12).id != moment(start_ms=11, end_ms=12).id


def test_an_end_before_the_start_is_refused_with_both() -> None:
    with pytest.raises(ValidationError, match=r"cannot end \(999\) before it starts.*\(1000\)"):
        moment(end_ms=999)


def test_instants_and_times_before_zero_are_moments() -> None:
    assert moment(end_ms=1_000).end_ms == 1_000
    assert moment(start_ms=-5, end_ms=-1).start_ms == -5


def test_a_moment_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        moment().text = "other"  # type: ignore[misc]


def test_a_moment_survives_json() -> None:
    whole = moment(speaker="A", confidence=0.5, recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert Moment.model_validate_json(whole.model_dump_json()) == whole


_words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    start = draw(st.integers(-10, 10))
    return moment(
        media_id=draw(st.sampled_from(["ab" * 32, "cd" * 32])), text=draw(_words),
        track=draw(st.sampled_from(list(Track))), unit=draw(st.sampled_from(list(Unit))),
        start_ms=start, end_ms=start + draw(st.integers(0, 3)), source=draw(_words),
        speaker=draw(st.none() | _words.filter(bool)),
    )


@given(moments(), moments())
def test_two_moments_share_an_id_only_if_they_are_one_observation(
    one: Moment, other: Moment
) -> None:
    assert (one.id == other.id) == (one == other)


@given(moments())
def test_any_moment_survives_json(whole: Moment) -> None:
    again = Moment.model_validate_json(whole.model_dump_json())
    assert again == whole
    assert again.id == whole.id
