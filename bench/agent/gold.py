"""Where on the media clock a task's places are, read from the sources and not from the index."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.agent.place import APOLLO, Place
from trikal.app.film import Truth
from trikal.errors import BadInput
from trikal.media.probe import probe
from trikal.media.timedtext import read_timed_text

_SLACK_MS: Final = 1_000  # a recogniser hears a made sentence a little early or late


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said or shown in a medium, in ms on its clock."""

    track: str
    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""


@dataclass(frozen=True, kw_only=True)
class Span:
    """A place in a medium; ``track`` is empty where any will do."""

    name: str
    track: str
    start_ms: int
    end_ms: int

    def overlaps(self, name: str, track: str, start_ms: int, end_ms: int) -> bool:
        """Tell whether a moment lies there, wholly or in part."""
        return (name == self.name and (not self.track or track == self.track)
                and start_ms < self.end_ms and end_ms > self.start_ms)


class Sources:
    """What is really said and shown in the media.

    Args:
        lines: By the medium's file name.
    """

    def __init__(self, lines: Mapping[str, Sequence[Line]]) -> None:
        self._lines = lines
        self._names = {Path(name).stem: name for name in lines}

    def spans(self, place: str) -> list[Span]:
        """Return what a place of a task means.

        Raises:
            BadInput: It is nowhere.
        """
        head, _, wanted = (part.strip() for part in place.partition(":"))
        stem, _, track = head.partition("/")
        name = self.name(stem)
        text, _, second = wanted.rpartition("#") if "#" in wanted else (wanted, "", "")
        found = [line for line in self._lines[name]
                 if (not track or line.track == track)
                 and (text in ("", "*") or text.casefold() in line.text.casefold())
                 and (not second or line.start_ms // 1000 == int(second))]
        if not found:
            raise BadInput(f"The gold {place!r} is nowhere in {name}.")
        return [Span(name=name, track=track, start_ms=line.start_ms - _SLACK_MS * bool(track),
                     end_ms=line.end_ms) for line in found]

    def name(self, stem: str) -> str:
        """Return a medium's file name."""
        if stem not in self._names:
            raise BadInput(f"No medium of the benchmark is called {stem!r}.")
        return self._names[stem]

    def times_said(self, stem: str, words: str, speaker: str = "") -> set[int]:
        """Count the utterances in which words are said: as they stand, and with their plural."""
        lines = [line.text for line in self._lines[self.name(stem)]
                 if line.track == "speech" and speaker in ("", line.speaker)]
        return {sum(bool(re.search(rf"\b{re.escape(words)}{end}\b", text, re.IGNORECASE))
                    for text in lines) for end in ("", "s?")}


def sources(place: Place) -> Sources:
    """Read the sources of a prepared place."""
    lines = {name: _told(truth) for name, truth in place.truths().items()}
    for name in place.names():
        if name not in lines:
            lines[name] = _read(place.media / name)
    return Sources(lines)


def _told(truth: Truth) -> list[Line]:
    return [*(Line(track="speech", start_ms=each.start_ms, end_ms=each.end_ms, text=each.text)
              for each in truth.spoken),
            *(Line(track="screen", start_ms=each.start_ms, end_ms=each.end_ms,
                   text=" ".join(each.text.split())) for each in truth.shown)]


def _read(path: Path) -> list[Line]:
    texts = path if path.name == APOLLO else path.with_suffix(".srt")
    if texts.exists():
        return [Line(track="speech", start_ms=cue.start_ms, end_ms=cue.end_ms,
                     text=" ".join(cue.text.split()), speaker=cue.speaker or "")
                for cue in read_timed_text(texts)]
    return [Line(track="", start_ms=0, end_ms=probe(path).duration_ms, text="")]
