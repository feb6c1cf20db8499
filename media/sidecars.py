"""Subtitle files beside a medium: which are its own, and what their names tell."""

from pathlib import Path
from typing import Final

from trikal.media.probe import MEDIA_SUFFIXES, bcp47

SUBTITLE_SUFFIXES: Final = frozenset({".srt", ".vtt"})
"""Suffixes, in lower case, of subtitle files."""


def sidecars(path: Path) -> list[Path]:
    """Find the subtitle files that lie beside a media file and belong to it.

    Args:
        path: The media file.

    Returns:
        ``film.srt``, ``film.hi.vtt`` and the like for ``film.mp4``, sorted by name; not those
        of another medium beside it that happens to be called ``film.hi.mp4``.
    """
    if not path.parent.is_dir():
        return []
    return sorted(other for other in path.parent.iterdir()
                  if other.suffix.lower() in SUBTITLE_SUFFIXES and other.is_file()
                  and (other.stem == path.stem or _is_translation(other, path)))


def _is_translation(subtitles: Path, medium: Path) -> bool:
    stem, _, tag = subtitles.stem.rpartition(".")
    return (stem == medium.stem and bcp47(tag) is not None
            and not any(subtitles.with_suffix(suffix).exists() for suffix in MEDIA_SUFFIXES))


def language_in_name(path: Path) -> str | None:
    """Return the BCP-47 tag before a file's suffix (``film.hi.srt``), where there is one."""
    return bcp47(path.stem.rpartition(".")[2]) if "." in path.stem else None
