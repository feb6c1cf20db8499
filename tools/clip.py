"""Cut and join moments into a reel, with what is said there as captions to switch on.

Captions are soft subtitles inside the file, not burnt in: no pixel is lost, a player shows them on
demand in any script that its fonts have, and the words can be found again when the reel is
ingested.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, Protocol

from trikal.errors import BadInput
from trikal.media.reel import Caption, Piece, join
from trikal.moments import Moment, Track, Unit
from trikal.tools.footage import Footage
from trikal.tools.outputs import Outputs, written
from trikal.tools.results import Reel, ReelPiece

FILM_SUFFIXES: Final = (".mp4", ".mov")
SOUND_SUFFIXES: Final = (".m4a", ".wav")
LONGEST_MS: Final = 4 * 3_600_000
"""How long a reel may be, in milliseconds."""

_MOST = 50
_READABLE_MS: Final = 300


class Said(Protocol):
    """Gives what was observed in a medium; the catalogue does."""

    def __call__(
        self, media_id: str, *, tracks: Sequence[Track], unit: Unit,
        overlapping: tuple[int, int],
    ) -> list[Moment]:
        """Return the moments that share time with a stretch, in time order."""


def make_reel(
    spans: Sequence[tuple[Footage, int, int]],
    outputs: Outputs,
    *,
    file: str | None = None,
    said: Said | None = None,
) -> Reel:
    """Cut stretches of media and join them into one file.

    Args:
        spans: Medium, start and end in milliseconds of each, in the order in which they play.
        outputs: Where the file may go.
        file: Its name, with a suffix of a film or of sound; when not given a free one, of a film
            where there is any picture.
        said: Gives what captions are made of; without it there are none.

    Raises:
        BadInput: A stretch is not inside its medium, there are too many, or the file cannot be
            written.
        MediumUnreadable: A medium cannot be read.
    """
    exact = [(footage, *footage.checked(start, end)) for footage, start, end in spans]
    length = sum(end - start for _, start, end in exact)
    if not 0 < len(exact) <= _MOST or length > LONGEST_MS:
        raise BadInput(f"A reel is made of 1 to {_MOST} pieces and lasts up to "
                       f"{LONGEST_MS // 3_600_000} hours; this would be {len(exact)} pieces and "
                       f"{length // 60_000} minutes.")
    pieces = _placed(exact)
    any_picture = any(footage.info.main_video for footage, _, _ in exact)
    target = outputs.place(file or (".mp4" if any_picture else ".m4a"),
                           (*FILM_SUFFIXES, *SOUND_SUFFIXES))
    filmed = any_picture and target.suffix.lower() in FILM_SUFFIXES
    captions = _captions(pieces, said) if said and filmed else []
    with written(target, force=outputs.force) as part:
        join([Piece(info=footage.info, start_ms=start, end_ms=end)
              for footage, start, end in exact], part, captions)
    return Reel(path=target, duration_ms=length, pieces=tuple(pieces), captions=len(captions))


def _placed(spans: Sequence[tuple[Footage, int, int]]) -> list[ReelPiece]:
    placed, at_ms = [], 0
    for footage, start, end in spans:
        placed.append(ReelPiece(media_id=footage.medium.id, name=footage.medium.name,
                                start_ms=start, end_ms=end, at_ms=at_ms))
        at_ms += end - start
    return placed


def _captions(pieces: Sequence[ReelPiece], said: Said) -> list[Caption]:
    """Return what is said in the pieces, on the reel's clock; none runs into the next.

    Who speaks at the same time shares a caption, a line each: the subtitles of a film file show
    one caption at a time. An overlap too short to be read belongs to the later speaker alone.
    """
    found = sorted((caption for piece in pieces for caption in _of_piece(piece, said)),
                   key=lambda each: (each.start_ms, each.end_ms))
    waiting = deque(_unbrushed(found))
    edges = sorted({edge for each in waiting for edge in (each.start_ms, each.end_ms)})
    shown, captions = list[Caption](), list[Caption]()
    for start, end in pairwise(edges):
        shown = [each for each in shown if each.end_ms > start]
        while waiting and waiting[0].start_ms <= start:
            shown.append(waiting.popleft())
        if shown:
            text = "\n".join(dict.fromkeys(each.text for each in shown))
            captions.append(Caption(start_ms=start, end_ms=end, text=text))
    return captions


def _unbrushed(found: Sequence[Caption]) -> list[Caption]:
    """End captions where the next one begins, if they hardly reach into that."""
    return [replace(one, end_ms=other.start_ms)
            if 0 < one.end_ms - other.start_ms < _READABLE_MS < other.start_ms - one.start_ms
            else one for one, other in pairwise(found)] + list(found[-1:])


def _of_piece(piece: ReelPiece, said: Said) -> Iterator[Caption]:
    shift = piece.at_ms - piece.start_ms
    for moment in said(piece.media_id, tracks=(Track.SPEECH,), unit=Unit.OBSERVATION,
                       overlapping=(piece.start_ms, piece.end_ms)):
        yield Caption(
            start_ms=max(moment.start_ms, piece.start_ms) + shift,
            end_ms=min(moment.end_ms, piece.end_ms) + shift,
            text=f"{moment.speaker}: {moment.text}" if moment.speaker else moment.text,
        )
