"""A Piper voice's network, ready to start: made once on a machine, and kept in the cache.

A voice's file has no output for how long each phoneme lasts. To add it in memory takes reading,
changing and writing 60 MB in every process, and to arrange the graph for speed takes onnxruntime
as long again; what comes of both is kept, in onnxruntime's own format.
"""

import logging
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from trikal.serving.backends.made_files import drop_unused, fingerprint, note_use

_log = logging.getLogger(__name__)

_VERSION = 1  # made anew when the making changes


def open_network(voice: Path, cache: Path) -> Any:
    """Open a voice's network, with its phonemes' durations as the second output.

    Args:
        voice: The ``.onnx`` file.
        cache: The folder in which it is kept. Where it cannot be written, nothing is kept.

    Returns:
        An ``onnxruntime.InferenceSession``.

    Raises:
        ImportError: onnxruntime or onnx is not installed.
        OSError: The file cannot be read.
        RuntimeError: onnxruntime cannot load it.
        ValueError: It is no network.
    """
    # Imported here because only speaking should pay for it.
    import onnxruntime

    made_of = fingerprint(voice, onnxruntime.__version__, _VERSION)
    kept = cache / f"{voice.stem}-{made_of}.ort"
    try:
        if kept.is_file():
            note_use(kept)
            return _session(kept)
    except RuntimeError as exc:
        _log.info("%s is made anew: %s", kept, exc)
    network = _with_durations(voice)
    try:
        session = _kept(network, kept)
        drop_unused(cache, voice.stem, made_of)
        return session
    except (OSError, RuntimeError) as exc:
        _log.info("%s is not kept: %s", kept, exc)
        return _session(network)


def _with_durations(voice: Path) -> bytes:
    """Return the network as ONNX, with the durations as an output; as it is where it has none."""
    # Imported here because only the first use on a machine changes a network.
    import onnx
    from google.protobuf.message import DecodeError
    from piper.patch_voice_with_alignment import add_alignment_output

    try:
        model = onnx.load(str(voice))
    except DecodeError as exc:
        raise ValueError(f"it is no ONNX network: {exc}") from exc
    with suppress(ValueError):  # it has that output already, or no durations to tell
        add_alignment_output(model)
    return bytes(model.SerializeToString())


def _kept(network: bytes, path: Path) -> Any:
    """Write a network in onnxruntime's format, arranged for speed, and open it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(4)}.partial")
    try:
        session = _session(network, keep=partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return session


def _session(network: bytes | Path, *, keep: Path | None = None) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Threads that spin while they wait take the processor from those that they wait for.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    levels = onnxruntime.GraphOptimizationLevel
    if keep:
        # What suits one processor only is left out: a cache may be shared by several machines.
        options.graph_optimization_level = levels.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(keep)
        options.add_session_config_entry("session.save_model_format", "ORT")
    elif isinstance(network, Path):
        options.graph_optimization_level = levels.ORT_DISABLE_ALL  # it is arranged already
    given = str(network) if isinstance(network, Path) else network
    try:
        return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # its errors have no base of their own
        raise RuntimeError(f"onnxruntime: {exc}") from exc
