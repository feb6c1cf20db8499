"""Every error that Trikal raises on purpose.

A message says what failed, on which file or model, and what to do next. The command line
prints it without a traceback and exits non-zero.

::

    TrikalError
    ├── BadInput            what the user gave cannot be used
    │   ├── MediumUnreadable    a media or subtitle file that cannot be decoded
    │   └── UnknownMedium       no medium of that name or id in the archive
    ├── ArchiveError        the archive itself
    │   ├── ArchiveMissing      no archive in that folder
    │   ├── ArchiveLocked       another process holds it
    │   └── EmbeddingMismatch   its vectors were made by another model
    └── ModelError          a model or the server of a model
        ├── ModelUnavailable    no model can fill a role here
        ├── WeightsCorrupt      weights whose SHA-256 is not the catalogue's
        └── BackendFailed       the backend gave an error, no answer, or rubbish
"""


class TrikalError(Exception):
    """Base of every error that Trikal raises on purpose."""


class BadInput(TrikalError):
    """What the user gave cannot be used."""


class MediumUnreadable(BadInput):
    """A file that cannot be read or decoded as a medium."""


class UnknownMedium(BadInput):
    """A name or id that no medium of the archive has."""


class ArchiveError(TrikalError):
    """The archive cannot be used as asked."""


class ArchiveMissing(ArchiveError):
    """The folder holds no archive."""


class ArchiveLocked(ArchiveError):
    """Another process is using the archive."""


class EmbeddingMismatch(ArchiveError):
    """The archive's vectors were made by another embedding model."""


class ModelError(TrikalError):
    """A model or its server cannot do what was asked."""


class ModelUnavailable(ModelError):
    """No model can fill the role on this machine."""


class WeightsCorrupt(ModelError):
    """Weights whose SHA-256 differs from the catalogue's."""


class BackendFailed(ModelError):
    """A backend answered with an error, with rubbish, or not at all."""
