"""What answers a benchmark question, worked out anew from the transcript by plain loops."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trikal.media.timedtext import Cue

FOREVER = 10**15
Given = Mapping[str, Any]
Windows = list[tuple[int, int]]


class Oracle:
    """Answers from the cues and what a question was made from; shares no code with the generator.

    Args:
        cues: The transcript.
        paraphrases: Paraphrases, by the text of their utterance.
    """

    def __init__(self, cues: Sequence[Cue], paraphrases: Mapping[str, str]) -> None:
        self.cues = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
        self.length = max(cue.end_ms for cue in cues)
        self._folded = {cue.text: cue.text.casefold() for cue in cues}
        self._meant = {paraphrase: text for text, paraphrase in paraphrases.items()}

    def answer(self, relation: str, given: Given) -> tuple[list[Cue], int | None]:
        """Return the cues that answer, and the number where one is asked for."""
        if relation == "how long":
            first, second = sorted((self.event(given, "A"), self.event(given, "B")),
                                   key=lambda cue: cue.start_ms)
            return [first, second], second.start_ms - first.end_ms
        if relation in ("count", "count window"):
            found = self.said(given["P"], self.windows(given["form"] or relation, given))
            return found, len(found)
        if relation in _SINGLE:
            return _SINGLE[relation](self, given), None
        if relation.startswith("nested"):
            return _NESTED[given["form"]](self, given), None
        name = given["form"] if relation == "speaker window" else relation
        windows = self.windows(f"percent {given['form']}" if relation == "percent" else name, given)
        found = self.said(given["T"], windows) if "T" in given else self.inside(windows)
        return [cue for cue in found if given.get("S") in (None, cue.speaker)], None

    def event(self, given: Given, name: str) -> Cue:
        """Return the one cue that an anchor's words stand for."""
        named = given[name]["words"]
        if (which := given[name].get("which")) == "by":
            (cue,) = [c for c in self.said(named) if c.speaker == given[name]["speaker"]]
            return cue
        if which:
            return self.said(named)[{"second": 1, "third": 2, "last": -1}[which]]
        found = ([cue for cue in self.cues if cue.text == self._meant[named]]
                 if named in self._meant else self.said(named))
        (cue,) = found
        return cue

    def windows(self, name: str, given: Given) -> Windows:
        a = self.event(given, "A") if "A" in given else None
        b = self.event(given, "B") if "B" in given else None
        t, u, d = given.get("t", 0), given.get("u", 0), given.get("d", 0)
        p, q = int(given.get("p", 0)), int(given.get("q", 0))
        start, end = (a.start_ms, a.end_ms) if a else (0, 0)
        half = 0 if given.get("h") == "first" else 1
        quarter = ["first", "second", "third", "last"].index(given.get("h", "first"))
        stop = (min(c.start_ms for c in self.said(given["P"]) if c.start_ms >= end)
                if name == "until next" else 0)
        known: dict[str, Windows] = {
            "at": [(t, t + 1)], "clock between": [(t, u)], "clock": [(t, u)],
            "since": [(t, FOREVER)], "until": [(-FOREVER, t)],
            "first stretch": [(-FOREVER, d)], "last stretch": [(self.length - d, FOREVER)],
            "beginning": [self.share(0, 20)], "middle": [self.share(40, 60)],
            "end": [self.share(80, 100)], "percent first": [self.share(0, p)],
            "percent last": [self.share(100 - p, 100)], "percent between": [self.share(p, q)],
            "percent half": [self.share(50 * half, 50 * half + 50)],
            "percent quarter": [self.share(25 * quarter, 25 * quarter + 25)],
            "before": [(-FOREVER, start)], "after": [(end, FOREVER)],
            "during": [(start, b.end_ms if b else end)],
            "between": [(end, b.start_ms if b else 0)],
            "within": [(start - d, start), (end, end + d)], "within after": [(end, end + d)],
            "within before": [(start - d, start)],
            "offset after": [(end + d - 15_000, end + d + 15_000)],
            "offset before": [(start - d - 15_000, start - d + 15_000)],
            "until next": [(end, stop)], "from on": [(start, FOREVER)],
            "count": [(-FOREVER, FOREVER)],
        }
        return known[name]

    def share(self, start: int, end: int) -> tuple[int, int]:
        """Return a share of the medium; the outermost are open."""
        return (self.length * start // 100 if start else -FOREVER,
                self.length * end // 100 if end < 100 else FOREVER)

    def inside(self, windows: Windows) -> list[Cue]:
        return [cue for cue in self.cues
                if any(cue.start_ms < end and cue.end_ms > start for start, end in windows)]

    def said(self, phrase: str, windows: Windows | None = None) -> list[Cue]:
        """Return the cues that hold a phrase as whole words, whatever stands between these."""
        parts = re.findall(r"[^\W_]+", phrase.casefold())
        between = r"[^\w]+".join(map(re.escape, parts))
        pattern = re.compile(rf"(?<!\w)(?<!\w['’]){between}(?!\w|['’]\w)", re.IGNORECASE)
        cues = self.cues if windows is None else self.inside(windows)
        return [cue for cue in cues
                if all(part in self._folded[cue.text] for part in parts)
                and pattern.search(cue.text)]

    def next(self, cue: Cue, phrase: str) -> Cue:
        return next(c for c in self.said(phrase) if c.start_ms >= cue.end_ms)

    def previous(self, cue: Cue, phrase: str) -> Cue:
        return [c for c in self.said(phrase) if c.end_ms <= cue.start_ms][-1]

    def next_of_speaker(self, cue: Cue, speaker: str) -> Cue:
        return next(c for c in self.cues
                    if c.start_ms >= cue.end_ms and c.speaker == speaker)

    def right_after(self, cue: Cue) -> list[Cue]:
        later = [c for c in self.cues if c.start_ms >= cue.end_ms]
        soonest = min(c.start_ms for c in later)
        return [c for c in later if c.start_ms == soonest]

    def right_before(self, cue: Cue) -> list[Cue]:
        earlier = [c for c in self.cues if c.end_ms <= cue.start_ms]
        latest = max(c.end_ms for c in earlier)
        return [c for c in earlier if c.end_ms == latest]

    def about_after(self, cue: Cue, phrase: str) -> list[Cue]:
        return self.said(phrase, [(cue.end_ms, FOREVER)])


_Answer = Callable[[Oracle, Given], list[Cue]]
_SINGLE: dict[str, _Answer] = {
    "right before": lambda o, g: o.right_before(o.event(g, "A")),
    "right after": lambda o, g: o.right_after(o.event(g, "A")),
    "first mention": lambda o, g: [o.said(g["P"])[0]],
    "second mention": lambda o, g: [o.said(g["P"])[1]],
    "third mention": lambda o, g: [o.said(g["P"])[2]],
    "last mention": lambda o, g: [o.said(g["P"])[-1]],
    "next mention": lambda o, g: [o.next(o.event(g, "A"), g["P"])],
    "previous mention": lambda o, g: [o.previous(o.event(g, "A"), g["P"])],
    "every mention": lambda o, g: o.said(g["P"]),
    "speaker next": lambda o, g: [o.next_of_speaker(o.event(g, "A"), g["S"])],
}
_NESTED: dict[str, _Answer] = {
    "after next": lambda o, g: o.right_after(o.next(o.event(g, "A"), g["P"])),
    "before previous": lambda o, g: o.right_before(o.previous(o.event(g, "A"), g["P"])),
    "first between": lambda o, g: [o.said(g["P"], o.windows("between", g))[0]],
    "after second": lambda o, g: o.about_after(o.said(g["P"])[1], g["T"]),
    "chain": lambda o, g: [o.next(o.previous(o.event(g, "A"), g["R"]), g["P"])],
    "after chain": lambda o, g: o.right_after(
        o.next(o.previous(o.event(g, "A"), g["R"]), g["P"])),
    "before chain": lambda o, g: o.right_before(
        o.previous(o.next(o.event(g, "A"), g["R"]), g["P"])),
    "target chain": lambda o, g: o.about_after(o.next(o.said(g["R"])[1], g["P"]), g["T"]),
}
