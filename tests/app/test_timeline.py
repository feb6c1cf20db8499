"""The drawing of a search."""

from typing import Any

from trikal.app.timeline import drawn
from trikal.indexes.intervals import LATEST_MS

_MINUTE = 60_000


def step(kind: str, *intervals: tuple[int, int], media_id: str = "m") -> dict[str, Any]:
    return {"kind": kind, "media_id": media_id, "intervals": list(intervals), "words": ""}


def found(start_ms: int, end_ms: int, media_id: str = "m") -> dict[str, Any]:
    return {"media_id": media_id, "start_ms": start_ms, "end_ms": end_ms}


def test_anchor_window_and_evidence_stand_where_they_lie() -> None:
    lines = drawn(
        [step("anchor", (15_000, 20_000)), step("window", (20_000, LATEST_MS))],
        [found(50_000, 54_000)], {"m": _MINUTE}, {"m": "talk.mp4"}, width=12,
    )
    assert lines == [
        "talk.mp4",
        "          0:00    1:00",
        "event     ···▲········",
        "window    ····░░░░░░░░",
        "found     ··········█·",
    ]


def test_what_lies_before_zero_is_shown() -> None:
    lines = drawn([step("anchor", (-10_000, -5_000))], [found(0, 1_000)], {"m": 10_000}, {},
                  width=10)
    assert lines[1].split() == ["-0:10", "0:10"]
    assert lines[2].endswith("▲▲▲·······")


def test_each_medium_with_evidence_is_drawn_and_no_other() -> None:
    steps = [step("window", (0, 1_000), media_id=""), step("anchor", (0, 5), media_id="z")]
    lines = drawn(steps, [found(0, 500, "a"), found(0, 500, "b")], {"a": 1_000, "b": 1_000}, {})
    assert [line for line in lines if len(line) < 5] == ["a", "b"]
    assert not any("▲" in line for line in lines)


def test_where_nothing_hangs_on_anything_nothing_is_drawn() -> None:
    assert drawn([], [found(0, 500)], {"m": 1_000}, {}) == []
    assert drawn([step("window", (0, 5))], [], {"m": 1_000}, {}) == []


def test_equal_steps_are_drawn_once() -> None:
    lines = drawn([step("window", (0, 5))] * 3, [found(0, 5)], {"m": 1_000}, {})
    assert sum("window" in line for line in lines) == 1
