"""What a Qdrant engine supplies, each library in its own spelling; the rest is made of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from trikal.indexes.conditions import Dialect
from trikal.indexes.requests import Entry, Found, Request, Scores


class Engine(ABC):
    """The primitives of one engine.

    Args:
        dialect: The engine's condition classes.
        dimensions: Length of its dense vectors.
        image_dimensions: Length of its image vectors, if it has room for any.
        batch: How many points travel to the engine at once.
    """

    def __init__(
        self, dialect: Dialect, *, dimensions: int, image_dimensions: int | None = None, batch: int
    ) -> None:
        self._dialect = dialect
        self._dimensions = dimensions
        self._image_dimensions = image_dimensions
        self._batch = batch

    @abstractmethod
    def _write(self, entries: Sequence[Entry]) -> None:
        """Store points durably in order."""

    @abstractmethod
    def _ask(self, requests: Sequence[Request]) -> list[list[Found]]:
        """Answer requests in one batch."""

    @abstractmethod
    def _score(self, requests: Sequence[Request]) -> list[Scores]:
        """Answer requests in one batch with scores alone."""

    @abstractmethod
    def _some(self, conditions: Any, limit: int) -> list[Found]:
        """Return points that pass, in any order, without a score."""

    @abstractmethod
    def _read(
        self, conditions: Any, *, limit: int, backwards: bool = False
    ) -> list[Mapping[str, Any]]:
        """Return payloads ordered by start; among equal starts in any order."""

    @abstractmethod
    def _read_all(self, conditions: Any) -> list[Mapping[str, Any]]:
        """Return all payloads in any order."""

    @abstractmethod
    def _fetch(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the payloads of the points that exist, by id."""

    @abstractmethod
    def _count(self, conditions: Any) -> int:
        """Count points exactly."""

    @abstractmethod
    def _delete(self, conditions: Any) -> None:
        """Remove points."""

    @abstractmethod
    def _add_image_vector(self, dimensions: int) -> None:
        """Make room for image vectors."""
