"""Which stretches of media a reel is cut from."""

from collections.abc import Mapping, Sequence
from typing import Final

from trikal.catalogue import Medium
from trikal.errors import BadInput
from trikal.graph.evidence import EvidenceItem
from trikal.graph.planning.output_steps import Clip
from trikal.graph.state import StepTask
from trikal.graph.weighing.promising import promising
from trikal.timecode import format_timecode
from trikal.tools.arguments import ClipSpan

PADDING_MS: Final = 250
"""What is left before and after a moment, in ms: speech that is cut hard at its edge sounds cut."""

_SHORTEST_MS: Final = 1_000


def spans_of(
    given: Sequence[EvidenceItem], task: StepTask, media: Mapping[str, Medium], *, most: int
) -> list[ClipSpan]:
    """Return the stretches to cut, each once: the best part that was asked for, or the moments.

    Of several moments those are cut that are about as good as the best. Texts with times have
    nothing to cut; they are passed over where anything else was found.

    Args:
        given: The evidence, in the order in which it plays.
        task: The parts that were asked for, if any.
        media: The archive's media, by id.
        most: How many moments are cut at most.
    """
    parts = [(each["media_id"], each["start_ms"], each["end_ms"])
             for each in (task.get("parts") or [])[:1]]
    places = parts or [(each["media_id"], each["start_ms"], each["end_ms"])
                       for each in _playable(promising(task.get("question", ""), given)
                                             if most > 1 else given, media)[:most]]
    padded = [span for place in places if (span := _padded(place, media))]
    return _joined(padded)


def _playable(
    given: Sequence[EvidenceItem], media: Mapping[str, Medium]
) -> Sequence[EvidenceItem]:
    known = [each for each in given if each["media_id"] in media]
    return [each for each in known if media[each["media_id"]].kind != "text"] or known


def span_named(step: Clip, medium: Medium) -> ClipSpan:
    """Return the stretch that a step names, as far as the medium runs.

    Raises:
        BadInput: The medium ends before it.
    """
    last = medium.duration_ms
    end = last if step.end_ms is None else min(step.end_ms, last)
    if end <= step.start_ms:
        raise BadInput(f"{medium.name} ends at {format_timecode(last)}, before what is to be cut.")
    return ClipSpan(medium=medium.id, start_ms=step.start_ms, end_ms=end)


def _padded(
    place: tuple[str, int, int], media: Mapping[str, Medium]
) -> tuple[str, int, int] | None:
    media_id, start, end = place
    if media_id not in media:
        return None
    last = media[media_id].duration_ms
    start = max(start - PADDING_MS, 0)
    end = min(max(end + PADDING_MS, start + _SHORTEST_MS), last)
    return (media_id, start, end) if end > start else None


def _joined(places: Sequence[tuple[str, int, int]]) -> list[ClipSpan]:
    """Join stretches of a medium that share time, where the first of them stands."""
    made: list[tuple[str, int, int]] = []
    for media_id, start, end in places:
        touching = [n for n, each in enumerate(made) if each[0] == media_id
                    and each[1] <= end and start <= each[2]]
        one = (media_id, min([start, *(made[n][1] for n in touching)]),
               max([end, *(made[n][2] for n in touching)]))
        # A stretch may bridge two that stood apart: both give way to the one where the first is.
        place = touching[0] if touching else len(made)
        made = [*made[:place], one, *(each for n, each in enumerate(made[place:], start=place)
                                      if n not in touching)]
    return [ClipSpan(medium=media_id, start_ms=start, end_ms=end) for media_id, start, end in made]
