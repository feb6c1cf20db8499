"""The archive's catalogue: media, where they lie, which stages are done, and every moment.

The catalogue is the truth and the Qdrant index is made from it: an index can be thrown away and
built again, so nothing is ever lost with it. Each stage of ingest commits its moments together
with the record that it is done, in one transaction.
"""

from trikal.catalogue.media import MediaRecords
from trikal.catalogue.moments import MomentRecords
from trikal.catalogue.records import Medium, StagePart, StageRecord, Vectors
from trikal.catalogue.stages import StageJournal
from trikal.catalogue.tables import MetaRow

__all__ = ["Catalogue", "Medium", "StagePart", "StageRecord", "Vectors"]


class Catalogue(MediaRecords, StageJournal, MomentRecords):
    """The catalogue database of one archive."""

    def fact(self, key: str) -> str | None:
        """Return the fact stored under ``key``, or ``None``."""
        with self._session() as session:
            row = session.get(MetaRow, key)
            return row.value if row else None

    def set_fact(self, key: str, value: str) -> None:
        """Store a fact about the archive, replacing an earlier one."""
        with self._session() as session:
            session.merge(MetaRow(key=key, value=value))
