"""Weights of a hub: whether they are on this machine, and where.

They lie in the hub library's own cache (``HF_HUB_CACHE``), where every backend and vLLM finds them.
"""

import os
from pathlib import Path

from trikal.serving.catalog import HubWeights


def pulled(weights: HubWeights) -> Path | None:
    """Return the folder of a model's files, or ``None`` unless all of them are there.

    A download that was broken off leaves some; they do not count. Nothing is fetched.
    """
    from huggingface_hub.constants import HF_HUB_CACHE

    folder = Path(HF_HUB_CACHE).expanduser() / f"models--{weights.id.replace('/', '--')}"
    # Most models are not there, and then the hub's library, slow to import, is not needed. A cache
    # that may not be looked into holds none for us: Path.is_dir would raise.
    return _complete_snapshot(weights) if os.path.isdir(folder / "snapshots") else None


def _complete_snapshot(weights: HubWeights) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError, LocalEntryNotFoundError

    try:
        found = snapshot_download(
            weights.id, local_files_only=True, allow_patterns=list(weights.files),
            ignore_patterns=list(weights.leave),
        )
    except (LocalEntryNotFoundError, IncompleteSnapshotError):
        return None
    return Path(found)
