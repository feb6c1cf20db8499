"""Searching frames by what they look like, on the command line."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.markup import escape

from trikal.app.output import console, hit, print_json
from trikal.app.session import Session
from trikal.indexes.moment_search import Evidence
from trikal.indexes.opening import claim_images
from trikal.indexes.protocol import MomentFilter
from trikal.moments import Track
from trikal.timecode import format_timecode
from trikal.tools.look_alike import LookAlike


class FrameSearch:
    """Answers searches for frames over one archive.

    Args:
        session: The open archive and models.
        scope: Which moments may be found.
        limit: How many.

    Raises:
        ModelUnavailable: No model for image-embedding is here.
        EmbeddingMismatch: The archive's frames were embedded with another one.
    """

    def __init__(self, session: Session, scope: MomentFilter, limit: int) -> None:
        embedder = session.models.image_embedder()
        self._catalogue = session.archive.catalogue
        claim_images(self._catalogue, embedder.fingerprint)
        self._media = {medium.id: medium for medium in self._catalogue.media()}
        self._frames = LookAlike(session.index, embedder)
        self._scope, self._limit = scope, limit

    def like(self, picture: NDArray[np.uint8]) -> list[Evidence]:
        """Find frames that look like a picture."""
        return self._frames.like(picture, scope=self._scope, limit=self._limit)

    def showing(self, texts: Sequence[str]) -> list[list[Evidence]]:
        """Find frames that show what texts say."""
        return self._frames.showing(texts, scope=self._scope, limit=self._limit)

    def print(self, found: Sequence[Sequence[Evidence]], *, json: bool) -> None:
        """Print what was found: one line of JSON for each search, or the first for a person."""
        results = [[self._hit(n, each) for n, each in enumerate(evidence, start=1)]
                   for evidence in found]
        if json:
            for result in results:
                print_json(result)
            return
        for each in results[0]:
            self._print_hit(each)
        if not results[0]:
            console.print("Nothing found: no frame passes. Widen the time window, leave out "
                          "--track or --media, or ingest a video.")

    def _hit(self, n: int, evidence: Evidence) -> dict[str, Any]:
        """Return a frame as a citation object, with what is seen at that time, if that is known."""
        moment = evidence.moment
        seen = self._catalogue.moments(moment.media_id, tracks=[Track.CAPTION],
                                       overlapping=(moment.start_ms, moment.end_ms))
        return {**hit(n, evidence, self._media), "text": "; ".join(each.text for each in seen),
                "why": evidence.why}

    def _print_hit(self, found: dict[str, Any]) -> None:
        start, end = format_timecode(found["start_ms"]), format_timecode(found["end_ms"])
        medium = self._media.get(found["media_id"])
        name = medium.name if medium else found["media_id"][:12]
        console.print(f"  \\[{found['n']}] [cyan]{start}–{end}[/cyan] {escape(name)} "
                      f"[dim]({found['why']})[/dim] {escape(found['text'])}")
