"""Drafts about the medium's own clock: times, stretches, parts and shares of it."""

from bench.temporal.drafts import Draft, Drawer, Unlucky
from trikal.indexes.intervals import Interval

HOUR, MINUTE, SECOND = 3_600_000, 60_000, 1000
_STRETCHES = (30 * SECOND, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 45 * MINUTE, 90 * MINUTE, 2 * HOUR,
              3 * HOUR, 5 * HOUR, 8 * HOUR, 10 * HOUR, 12 * HOUR, 20 * HOUR, 30 * HOUR, 48 * HOUR)
_ROUND = (*range(MINUTE, 2 * HOUR, MINUTE), *range(2 * HOUR, 200 * HOUR, HOUR))
_HELD = 1 / 3
"""How often a limit lies in the midst of an utterance."""

_ORDINALS = {"half": ("first", "second"), "quarter": ("first", "second", "third", "last")}


def at(draw: Drawer) -> Draft:
    """A time inside an utterance."""
    n = draw.rng.randrange(len(draw.transcript.spans))
    span = draw.transcript.spans[n]
    seconds = range(-(-max(span.start_ms, 1) // SECOND), -(-span.end_ms // SECOND))
    if not seconds:
        raise Unlucky
    time = draw.rng.choice(seconds) * SECOND
    return Draft(gold=draw.inside(Interval.at(time)), times={"t": time})


def between(draw: Drawer) -> Draft:
    """A window so narrow that what straddles its edges matters."""
    start = draw.time()
    end = start + draw.one_of((4 * SECOND, 10 * SECOND, 20 * SECOND, 45 * SECOND, 2 * MINUTE))
    gold = draw.inside(Interval(start, end))
    if not gold or end > draw.transcript.duration_ms:
        raise Unlucky
    return Draft(gold=gold, times={"t": start, "u": end})


def since(draw: Drawer) -> Draft:
    time, is_held = _limit(draw)
    return _about(draw, Interval.since(time), times={"t": time}, straddling=is_held)


def until(draw: Drawer) -> Draft:
    time, is_held = _limit(draw)
    return _about(draw, Interval.until(time), times={"t": time}, straddling=is_held)


def first(draw: Drawer) -> Draft:
    length, is_held = _length(draw, from_end=False)
    return _about(draw, Interval.until(length), times={"d": length}, straddling=is_held)


def last(draw: Drawer) -> Draft:
    length, is_held = _length(draw, from_end=True)
    return _about(draw, Interval.since(draw.transcript.duration_ms - length), times={"d": length},
                  straddling=is_held)


def beginning(draw: Drawer) -> Draft:
    return _about(draw, Interval.until(_share(draw, 20)))


def middle(draw: Drawer) -> Draft:
    return _about(draw, Interval(_share(draw, 40), _share(draw, 60)))


def end(draw: Drawer) -> Draft:
    return _about(draw, Interval.since(_share(draw, 80)))


def percent(draw: Drawer) -> Draft:
    """Shares of the medium, as numbers and as halves and quarters."""
    form = draw.rng.choice(("first", "last", "between", "half", "quarter"))
    if form in _ORDINALS:
        part = draw.rng.randrange(len(_ORDINALS[form]))
        size = 100 // len(_ORDINALS[form])
        window = _shares(draw, part * size, (part + 1) * size)
        return _about(draw, window, plain={"h": _ORDINALS[form][part]}, form=form)
    if form == "between":
        p = draw.rng.randrange(5, 80, 5)
        q = p + draw.rng.choice((5, 10, 15, 20))
        return _about(draw, _shares(draw, p, q), plain={"p": str(p), "q": str(q)}, form=form)
    p = draw.rng.choice((5, 10, 15, 20, 30, 40))
    window = _shares(draw, 0, p) if form == "first" else _shares(draw, 100 - p, 100)
    return _about(draw, window, plain={"p": str(p)}, form=form)


def window(draw: Drawer) -> tuple[Interval, dict[str, int]]:
    """Draw two round times."""
    one, other = sorted((_round_time(draw), _round_time(draw)))
    if one == other:
        raise Unlucky
    return Interval(one, other), {"t": one, "u": other}


def _about(
    draw: Drawer, window: Interval, *, times: dict[str, int] | None = None,
    plain: dict[str, str] | None = None, form: str = "", straddling: bool = False,
) -> Draft:
    phrase, gold = draw.target_beside(window, straddling=straddling)
    return Draft(gold=gold, phrases={"T": phrase.text}, times=times or {}, plain=plain or {},
                 form=form)


def _limit(draw: Drawer) -> tuple[int, bool]:
    """Draw a time, and tell whether it must lie in an utterance that is asked for."""
    if draw.rng.random() < _HELD:
        span = draw.rng.choice(draw.transcript.spans)
        seconds = range(max(1, span.start_ms // SECOND + 1), -(-span.end_ms // SECOND))
        if not seconds:
            raise Unlucky
        return draw.rng.choice(seconds) * SECOND, True
    return _round_time(draw), False


def _length(draw: Drawer, *, from_end: bool) -> tuple[int, bool]:
    """Draw a length of a medium's first or last part; see `_limit`."""
    if draw.rng.random() >= _HELD:
        return draw.one_of(_STRETCHES), False
    duration = draw.transcript.duration_ms
    lengths = [each for each in _ROUND if each < duration]
    limits = {duration - each if from_end else each: each for each in lengths}
    held = draw.held(limits)
    if not held:
        return draw.one_of(_STRETCHES), False
    return limits[draw.rng.choice(held)], True


def _round_time(draw: Drawer) -> int:
    steps = (HOUR, 10 * MINUTE, MINUTE, SECOND)
    fitting = [step for step in steps if step * 4 <= draw.transcript.duration_ms]
    return draw.time(round_to_ms=draw.rng.choice(fitting or [SECOND]))


def _share(draw: Drawer, percent: int) -> int:
    return draw.transcript.duration_ms * percent // 100


def _shares(draw: Drawer, start: int, end: int) -> Interval:
    if start == 0:
        return Interval.until(_share(draw, end))
    return Interval.since(_share(draw, start)) if end == 100 else Interval(
        _share(draw, start), _share(draw, end))


DRAFTS = {
    "at": at, "clock between": between, "since": since, "until": until, "first stretch": first,
    "last stretch": last, "beginning": beginning, "middle": middle, "end": end, "percent": percent,
}
