"""Stage identify: a file becomes a medium, known by the SHA-256 of its bytes."""

import hashlib
from pathlib import Path

from trikal.catalogue import Catalogue, Medium
from trikal.errors import MediumUnreadable
from trikal.media.probe import MediaInfo, probe
from trikal.media.timedtext import TIMED_TEXT_SUFFIXES, read_timed_text


def identify(path: Path, catalogue: Catalogue) -> Medium:
    """Find or add the medium whose bytes lie at ``path``.

    An unchanged file (same path, size and modification time) is not hashed again. A file that is
    known under another name gains a location, not a second medium.

    Raises:
        MediumUnreadable: The file cannot be read, is neither a medium nor timed text, or has a
            name that cannot be written down.
    """
    _check_name(path)
    try:
        status = path.stat()
        known = catalogue.known_id(path, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
        media_id = known or _sha256(path)
    except FileNotFoundError as exc:
        raise MediumUnreadable(f"{path} does not exist. Check the name.") from exc
    except OSError as exc:
        raise MediumUnreadable(
            f"{path} cannot be read ({exc.strerror}). Change its permissions, or leave it out."
        ) from exc
    medium = catalogue.medium(media_id) or _probed(path, media_id, status.st_size)
    catalogue.add_medium(medium)
    catalogue.add_location(media_id, path, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
    return catalogue.medium(media_id) or medium


def _check_name(path: Path) -> None:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as exc:
        name = str(path).encode("utf-8", "backslashreplace").decode("utf-8")
        raise MediumUnreadable(f"{name} has a name that is not UTF-8. Rename the file.") from exc


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _probed(path: Path, media_id: str, size_bytes: int) -> Medium:
    if path.suffix.lower() in TIMED_TEXT_SUFFIXES:
        cues = read_timed_text(path)
        duration_ms, kind, recorded_at = max(cue.end_ms for cue in cues), "text", None
        details: dict[str, object] = {"cues": len(cues)}
    else:
        info = probe(path)
        duration_ms, kind = info.duration_ms, "video" if info.video else "audio"
        recorded_at, details = info.recorded_at, _plain(info)
    return Medium.model_validate({
        "id": media_id, "name": path.name, "kind": kind, "size_bytes": size_bytes,
        "duration_ms": duration_ms, "recorded_at": recorded_at, "info": details,
    })


def _plain(info: MediaInfo) -> dict[str, object]:
    return info.model_dump(mode="json", exclude={"path"})
