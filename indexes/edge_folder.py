"""The folder of an embedded index: made, described and deleted."""

import json
import shutil
from pathlib import Path
from typing import Final

import qdrant_edge as qdrant

from trikal.errors import ArchiveError
from trikal.indexes.edge_errors import engine_error, engine_errors
from trikal.indexes.edge_layout import config, payload_indexes

_DESCRIPTION: Final = "edge_config.json"


def has_files(path: Path) -> bool:
    """Whether anything lies in an index's folder; false when there is no folder."""
    return path.is_dir() and any(path.iterdir())


def drop_folder(path: Path) -> None:
    """Delete an index's folder; harmless when there is none.

    Raises:
        ArchiveError: A file of it cannot be deleted.
    """
    try:
        if path.exists():
            shutil.rmtree(path)
    except OSError as exc:
        raise ArchiveError(
            f"The index {path} cannot be deleted ({exc.strerror}). Make it writable, or delete the "
            "folder by hand."
        ) from exc


def create_index(path: Path, dimensions: int) -> None:
    """Make an empty index beside ``path`` and move it there whole: killed midway, none exists."""
    draft = path.with_name(f"{path.name}.new")
    drop_folder(draft)
    draft.parent.mkdir(parents=True, exist_ok=True)
    with engine_errors(path):
        shard = qdrant.EdgeShard.create(str(draft), config(dimensions))
        for name, params in payload_indexes().items():
            shard.update(qdrant.UpdateOperation.create_field_index(name, params))
        shard.flush()
        shard.close()
    draft.rename(path)


def held_vectors(path: Path) -> dict[str, int]:
    """Read from its own description which dense vectors an index has room for, and their lengths.

    There is no room for images before the first, and none for passages apart in an older index.
    """
    try:
        described = json.loads((path / _DESCRIPTION).read_text(encoding="utf-8"))
        return {name: int(each["size"]) for name, each in described["vectors"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise engine_error(path, f"{_DESCRIPTION}: {exc}") from exc
