"""Weights of a hub: pulling them, and whether they are on this machine.

They lie in the hub library's own cache (``HF_HUB_CACHE``), where every backend and vLLM finds them.
A line that breaks is taken up where it broke; a pull that was broken off keeps its whole files.
What was pulled is checked against the SHA-256 that the hub gives for it.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from trikal.errors import ModelUnavailable, WeightsCorrupt
from trikal.serving.catalog import HubWeights

_SPARE_BYTES = 256 << 20


def pulled(weights: HubWeights) -> Path | None:
    """Return the folder of a model's files, or ``None`` unless all of them are there.

    A download that was broken off leaves some; they do not count. Nothing is fetched.
    """
    # Most models are not there, and then the hub's library, slow to import, is not needed. A cache
    # that may not be looked into holds none for us: Path.is_dir would raise.
    here = os.path.isdir(_home(weights) / "snapshots")
    return _complete_snapshot(weights) if here else None


def missing_bytes(weights: HubWeights) -> int:
    """Return how much is still to be fetched.

    Raises:
        ModelUnavailable: The hub cannot be reached, or does not give the model.
    """
    from huggingface_hub import snapshot_download

    with _hub_errors(weights):
        files = snapshot_download(weights.id, dry_run=True, **_patterns(weights))
    return sum(file.file_size or 0 for file in files if file.will_download)


def pull(weights: HubWeights) -> Path:
    """Fetch what is missing of a model's files, check all of them, and return their folder.

    Progress is shown by the hub's own library, on standard error.

    Raises:
        ModelUnavailable: The hub cannot be reached or does not give the model, or the disk has no
            room for it.
        WeightsCorrupt: A file is not what the hub says it is. It is taken away, so that the next
            pull fetches it again.
    """
    from huggingface_hub import snapshot_download

    _require_room(weights)
    with _hub_errors(weights):
        folder = Path(snapshot_download(weights.id, **_patterns(weights)))
        hashes = _hashes(weights, folder.name)
    for name, sha256 in hashes.items():
        if (folder / name).exists():
            _check(weights, folder / name, sha256)
    return folder


class _Patterns(TypedDict):
    allow_patterns: list[str]
    ignore_patterns: list[str]


def _patterns(weights: HubWeights) -> _Patterns:
    return {"allow_patterns": list(weights.files), "ignore_patterns": list(weights.leave)}


def _home(weights: HubWeights) -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE).expanduser() / f"models--{weights.id.replace('/', '--')}"


def _complete_snapshot(weights: HubWeights) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(weights.id, local_files_only=True, **_patterns(weights)))
    except LocalEntryNotFoundError:
        return None


def _require_room(weights: HubWeights) -> None:
    wanted = missing_bytes(weights)
    place = next(path for path in (_home(weights), *_home(weights).parents) if path.exists())
    free = shutil.disk_usage(place).free
    if wanted + _SPARE_BYTES > free:
        raise ModelUnavailable(
            f"{weights.id} needs {wanted / 1e9:.1f} GB more and {place} has {free / 1e9:.1f} GB "
            "free. Make room there, or set HF_HUB_CACHE to another folder."
        )


def _hashes(weights: HubWeights, commit: str) -> dict[str, str]:
    """Return the SHA-256 of each large file; the hub gives none for small ones."""
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

    tree = HfApi().list_repo_tree(weights.id, recursive=True, revision=commit)
    return {each.path: each.lfs.sha256 for each in tree
            if isinstance(each, RepoFile) and each.lfs is not None}


def _check(weights: HubWeights, path: Path, wanted: str) -> None:
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found == wanted:
        return
    path.resolve().unlink()
    path.unlink(missing_ok=True)
    raise WeightsCorrupt(
        f"{path.name} of {weights.id} has SHA-256 {found[:12]}…, not the hub's {wanted[:12]}…. It "
        "was taken away; pull the model again."
    )


@contextmanager
def _hub_errors(weights: HubWeights) -> Iterator[None]:
    import httpx2

    try:
        yield
    except (httpx2.HTTPError, OSError) as exc:
        raise ModelUnavailable(_refusal(weights, exc)) from exc
    except (TypeError, KeyError, AttributeError, ValueError) as exc:  # its library met other JSON
        from huggingface_hub.constants import ENDPOINT

        raise ModelUnavailable(
            f"{weights.id} cannot be pulled: {ENDPOINT} does not answer as the hub does. Set "
            "HF_ENDPOINT to a mirror that does, or unset it."
        ) from exc


def _refusal(weights: HubWeights, exc: Exception) -> str:
    from huggingface_hub.errors import DryRunError, GatedRepoError, RepositoryNotFoundError

    cause = exc.__cause__ if isinstance(exc, DryRunError) and exc.__cause__ else exc
    page = f"https://huggingface.co/{weights.id}"
    if isinstance(cause, GatedRepoError):
        return (
            f"{weights.id} is gated: accept its licence at {page}, then log in with "
            "`hf auth login` or set HF_TOKEN."
        )
    if isinstance(cause, RepositoryNotFoundError):
        return (
            f"The hub has no model {weights.id}, or shows it to others only. Look at {page}, and "
            "log in with `hf auth login` if it is private."
        )
    reason = " ".join(str(cause).split())[:200].rstrip(".")
    return (
        f"{weights.id} cannot be pulled from the hub: {reason}. What arrived is kept; try again, "
        "or set HF_ENDPOINT to a mirror that this machine reaches."
    )
