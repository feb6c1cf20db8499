"""The toolbox: every tool over one open archive, the same for people, plans and models."""

from dataclasses import dataclass

from trikal.tools.box.observing import Observing
from trikal.tools.box.playing import Playing
from trikal.tools.box.writing import Writing


@dataclass(frozen=True, kw_only=True)
class Toolbox(Observing, Writing, Playing):
    """Tools over one open archive.

    Every method may be called from several threads, and raises
    :class:`trikal.errors.BadInput` for what cannot be done as asked,
    :class:`trikal.errors.ModelError` where a model is missing or fails, and
    :class:`trikal.errors.ArchiveError` where the archive cannot be read.

    Attributes:
        catalogue: The archive's catalogue.
        finder: Gives what finds moments.
        reranker: Gives what puts them in order, where anything does.
        models: The models.
        outputs: Where files may be written.
        presenter: Whose face says what is to be shown; ``None`` for nobody's.
    """
