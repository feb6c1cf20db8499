"""Which subtitle files beside a medium are its own, and what their names tell."""

from pathlib import Path

import pytest

from trikal.media.sidecars import language_in_name, sidecars
from trikal.media.timedtext import read_timed_text


def test_sidecars_are_those_of_this_medium_only(tmp_path: Path) -> None:
    for name in ("film.mp4", "film.srt", "film.hi.vtt", "film.en-GB.SRT", "film.2.srt", "film.txt",
                 "film.final.srt", "film.de.mp4", "film.de.srt", "other.srt", "film.jsonl"):
        (tmp_path / name).write_text("1\n00:00:01,000 --> 00:00:02,000\nhi\n")
    found = sidecars(tmp_path / "film.mp4")
    assert [path.name for path in found] == ["film.en-GB.SRT", "film.hi.vtt", "film.srt"]
    assert [read_timed_text(path)[0].language for path in found] == ["en-GB", "hi", None]
    assert sidecars(tmp_path / "nowhere" / "film.mp4") == []


@pytest.mark.parametrize(("name", "language"), [
    ("film.hi.srt", "hi"), ("film.pt-BR.vtt", "pt-BR"), ("film.ger.srt", "de"),
    ("film.srt", None), ("film.2.srt", None), ("hi", None),
])
def test_a_language_stands_before_the_suffix(name: str, language: str | None) -> None:
    assert language_in_name(Path(name)) == language
