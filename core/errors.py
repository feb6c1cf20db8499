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
            └── AnswerBrokenOff     part of an answer was told; another backend can begin it anew
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
    """A backend answered with an error, with rubbish, or not at all.

    Attributes:
        of_request: Whether the fault lies with this one request, and the backend is well.
        may_pass: Whether the same request may do a moment later.
        retry_after_s: How long the backend asked to be left alone, if it did.
    """

    def __init__(
        self,
        message: str,
        *,
        of_request: bool = False,
        may_pass: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.of_request = of_request
        self.may_pass = may_pass
        self.retry_after_s = retry_after_s


class AnswerBrokenOff(BackendFailed):
    """A backend died with part of its answer told; another can answer from the beginning."""
