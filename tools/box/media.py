"""The media of an archive by the names that people give them."""

from dataclasses import dataclass

from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput
from trikal.indexes.intervals import Interval
from trikal.moments import Moment, Track, Unit
from trikal.tools.footage import Footage, footage


@dataclass(frozen=True, kw_only=True)
class OnMedia:
    """What works on the media of an archive.

    Attributes:
        catalogue: The archive's catalogue.
    """

    catalogue: Catalogue

    def medium(self, name: str) -> Medium:
        """Return the one medium that is meant by a file name or the start of an id.

        Raises:
            UnknownMedium: None is.
            BadInput: Several are.
        """
        found = self.catalogue.find_media(name)
        if len(found) > 1:
            ids = ", ".join(each.id[:12] for each in found)
            raise BadInput(f"{len(found)} media are called {name!r}. Give one of the ids {ids}.")
        return found[0]

    def footage(self, medium: str) -> Footage:
        """Return a medium whose file is there; see :func:`trikal.tools.footage.footage`."""
        return footage(self.medium(medium))

    def moment_at(self, medium: str, time_ms: int, track: Track = Track.SPEECH) -> Moment:
        """Return the observation that stands at a time, else the nearest one.

        Raises:
            BadInput: The medium has none on that track.
        """
        known = self.medium(medium)
        moments = self.catalogue.moments(known.id, tracks=(track,), unit=Unit.OBSERVATION)
        if not moments:
            raise BadInput(f"{known.name} has no moments on the track {track}. Choose another "
                           "track.")
        instant = Interval.at(time_ms)
        return min(moments, key=lambda each: Interval.of(each).gap_ms(instant))

    def name_of(self, media_id: str) -> str:
        """Return a medium's file name, or the start of its id where the archive lost it."""
        medium = self.catalogue.medium(media_id)
        return medium.name if medium else media_id[:12]
