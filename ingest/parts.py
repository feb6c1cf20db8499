"""The journal of a stage that is done in parts, and done anew when something better comes."""

from collections.abc import Callable

from trikal.catalogue import Catalogue, Medium
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.events import Stage
from trikal.ingest.seen import Part
from trikal.serving.roles import STAND_IN
from trikal.timecode import format_timecode


class Parts:
    """One stage of one medium.

    Args:
        catalogue: The archive's catalogue.
        index: The archive's index.
        medium: The medium.
        stage: The stage.
        source: Names what observes now; asked again for each part, for a router may change it.
    """

    def __init__(
        self, catalogue: Catalogue, index: MomentIndex, medium: Medium, stage: Stage,
        source: Callable[[], str],
    ) -> None:
        self.stage = stage
        self._catalogue = catalogue
        self._index = index
        self._medium = medium
        self._source = source

    def is_open(self) -> bool:
        """Whether there is anything to do: not done yet, or done by a stand-in only."""
        record = self._catalogue.stage(self._medium.id, self.stage)
        return record is None or (_stands_in(record.source) and not _stands_in(self._source()))

    def begin(self) -> int | None:
        """Return where to go on, in ms; what something else had begun is forgotten first."""
        part = self._catalogue.part(self._medium.id, self.stage)
        if part and part.source == self._source():
            return part.reached_ms
        if part or self._catalogue.stage(self._medium.id, self.stage):
            self._forget()
        return None

    def keep(self, part: Part) -> None:
        """Commit one part."""
        self._catalogue.keep_part(
            self._medium.id, self.stage, source=self._source(), reached_ms=part.reached_ms,
            moments=part.moments, vectors=part.vectors)

    def finish(self) -> None:
        """Commit that the stage is done."""
        self._catalogue.finish_stage(self._medium.id, self.stage, source=self._source(),
                                     goes_on=True)

    def reached(self) -> str:
        """Return as a timecode how far the stage came."""
        part = self._catalogue.part(self._medium.id, self.stage)
        return format_timecode(part.reached_ms if part else 0)

    def _forget(self) -> None:
        """Forget what was observed; killed in between, the index is made whole by the next run."""
        ids = self._catalogue.stage_ids(self._medium.id, self.stage)
        self._catalogue.mark_unindexed(ids)
        self._index.delete(ids)
        self._index.flush()
        self._catalogue.forget_stage(self._medium.id, self.stage)


def _stands_in(source: str) -> bool:
    return source.endswith(STAND_IN)
