from typing import Any

import pytest

from trikal.serving.backends.whisper_languages import Detected, detect, runs, smoothed


class Detects:
    """Gives probabilities of languages for each window of a batch."""

    def __init__(self, *windows: list[tuple[str, float]]) -> None:
        self.model = self
        self._windows = windows

    def detect_language(self, _: Any) -> Any:
        return self._windows


def test_probabilities_are_read_for_each_window() -> None:
    model = Detects([("<|en|>", 0.5), ("<|hi|>", 0.4)], [("<|hi|>", 1)])
    assert detect(model, None) == [{"en": 0.5, "hi": 0.4}, {"hi": 1.0}]


@pytest.mark.parametrize("windows", [
    [{"hi": 0.9}, {"ne": 0.4, "hi": 0.1}, {"hi": 0.95}],
    [{"hi": 0.9}, {"ne": 0.4, "hi": 0.1}],
])
def test_a_doubtful_window_follows_its_neighbours(windows: list[dict[str, float]]) -> None:
    found = smoothed(windows)
    assert {each.code for each in found} == {"hi"}
    assert found[1].probability == pytest.approx(
        sum(each["hi"] for each in (windows[0], *windows[2:])) / (len(windows) - 1))


def test_a_sure_window_keeps_its_own_language() -> None:
    found = smoothed([{"hi": 0.9}, {"en": 0.85, "hi": 0.1}, {"hi": 0.95}])
    assert [each.code for each in found] == ["hi", "en", "hi"]
    assert found[1].probability == 0.85


def test_the_window_before_counts_as_a_neighbour() -> None:
    doubtful = {"ne": 0.36, "hi": 0.12}
    assert smoothed([doubtful]) == [Detected(code="ne", probability=0.36)]
    assert smoothed([doubtful], {"hi": 0.9}) == [Detected(code="hi", probability=0.9)]


def test_doubtful_windows_among_themselves_stay_doubtful() -> None:
    (first, second) = smoothed([{"ta": 0.5, "ml": 0.4}, {"ml": 0.6, "ta": 0.3}])
    assert (first.code, second.code) == ("ml", "ml")
    assert first.probability == second.probability == 0.6


def test_runs_keep_the_order_of_the_windows() -> None:
    codes = [Detected(code=code) for code in ("hi", "hi", "en", "hi")]
    assert list(runs(codes)) == [("hi", [0, 1]), ("en", [2]), ("hi", [3])]
    assert smoothed([]) == []
