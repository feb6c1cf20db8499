"""What runs an encoder's graph: onnxruntime, or OpenVINO where that is installed and quicker.

Which is quicker depends on the processor: OpenVINO's products of eight bits need VNNI to be faster
than onnxruntime's. So both are timed, once on a machine, and the quicker one is remembered beside
its graph. The vectors of either lie in the space of the encoder (cosine above 0.99, tested).
"""

import hashlib
import logging
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from trikal.serving.backends.bert_reading import GROUP_TOKENS, Inputs
from trikal.serving.backends.bert_weights import BertWeights
from trikal.serving.backends.made_files import drop_unused, note_use

_log = logging.getLogger(__name__)

_CPU_INFO = Path("/proc/cpuinfo")
_ROUNDS = 2
_EACH = 8  # every eighth sample is enough to tell engines apart
_FAULTS = (ImportError, OSError, RuntimeError)

Run = Callable[[Inputs], NDArray[np.float32]]
Read = Callable[[str], Iterable[Inputs]]


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What runs a graph.

    Attributes:
        name: Of its package on the Python index, too.
        graph: Makes its graph, an ``onnx.ModelProto``.
        open: Opens a graph's file for so many threads; all cores where none are given.
    """

    name: str
    graph: Callable[[BertWeights, Read], Any]
    open: Callable[[Path, int | None], Run]

    @property
    def version(self) -> str | None:
        """The version that is installed; ``None`` without one."""
        try:
            return metadata.version(self.name)
        except metadata.PackageNotFoundError:
            return None


def open_engine(
    stem: Path, weights: Callable[[], BertWeights], read: Read, *, threads: int | None
) -> Run:
    """Open an encoder on the engine that is quickest on this machine.

    Args:
        stem: What the names of its files begin with; of two processes one makes them.
        weights: Reads the encoder.
        read: Makes inputs of a text, in every way that it may be read.
        threads: CPU threads; all cores when not given.

    Raises:
        OSError: The files cannot be written.
        RuntimeError: onnxruntime cannot load the graph.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    known = [engine for engine in ENGINES if engine.version]
    with FileLock(stem.with_name(f"{stem.name}.lock")):
        if len(known) == 1:
            return _opened(known[0], stem, weights, read, threads)
        choice = stem.with_name(f"{stem.name}-{_digest(known, threads)}.engine")
        name = choice.read_text(encoding="utf-8") if choice.is_file() else ""
        for engine in known:
            if engine.name == name:
                return _opened(engine, stem, weights, read, threads)
        engine, run = _quickest(known, stem, weights, read, threads)
        choice.write_text(engine.name, encoding="utf-8")
        return run


def _digest(engines: Sequence[Engine], threads: int | None) -> str:
    """Tell machines and versions apart: a cache may be shared by several, or outlive them."""
    cpu = platform.processor()
    if _CPU_INFO.is_file():
        lines = _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
        cpu = " ".join(sorted({each for each in lines if each.startswith(("flags", "model name"))}))
    versions = [f"{engine.name} {engine.version}" for engine in engines]
    told = "\n".join([cpu, str(threads), *versions])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _quickest(
    engines: Sequence[Engine], stem: Path, weights: Callable[[], BertWeights], read: Read,
    threads: int | None,
) -> tuple[Engine, Run]:
    found: list[tuple[float, Engine, Run]] = []
    for engine in engines:
        try:
            run = _opened(engine, stem, weights, read, threads)
            found.append((_seconds(run, read), engine, run))
        except _FAULTS as exc:
            if engine is ENGINES[0]:
                raise
            _log.info("%s is not used for embedding: %s", engine.name, exc)
    seconds, engine, run = min(found, key=lambda each: each[0])
    _log.info("%s embeds quickest here (%.0f ms)", engine.name, seconds * 1_000)
    return engine, run


def _seconds(run: Run, read: Read) -> float:
    """Return what the samples take in groups as large as those that texts come in."""
    from trikal.serving.backends.bert_ranges import SAMPLES

    alone = list(chain.from_iterable(map(read, SAMPLES)))[::_EACH]
    given = [{name: np.repeat(array, -(-GROUP_TOKENS // array.shape[1]), axis=0)
              for name, array in each.items()} for each in alone]
    times = []
    for _ in range(1 + _ROUNDS):
        began = time.perf_counter()
        for each in given:
            run(each)
        times.append(time.perf_counter() - began)
    return min(times[1:])  # the first round makes ready what the shapes need


def _opened(
    engine: Engine, stem: Path, weights: Callable[[], BertWeights], read: Read,
    threads: int | None,
) -> Run:
    path = stem.with_name(f"{stem.name}-{engine.name}.onnx")
    if path.is_file():
        note_use(path)
    else:
        _make(engine, path, weights(), read)
        name, _, made_of = stem.name.rpartition("-")
        drop_unused(stem.parent, name, made_of)
    return engine.open(path, threads)


def _make(engine: Engine, path: Path, weights: BertWeights, read: Read) -> None:
    # Imported here because only the first use on a machine makes a graph.
    import onnx

    partial = path.with_suffix(".partial")
    try:
        onnx.save(engine.graph(weights, read), partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _by_token(weights: BertWeights, read: Read) -> Any:
    from trikal.serving.backends.bert_graph import sentence_encoder

    return sentence_encoder(weights)


def _by_range(weights: BertWeights, read: Read) -> Any:
    from trikal.serving.backends.bert_graph import measured_encoder
    from trikal.serving.backends.bert_ranges import measured_ranges

    return measured_encoder(weights, measured_ranges(weights, read))


def _on_onnxruntime(path: Path, threads: int | None) -> Run:
    # Imported here because only embedding should pay for it.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda given: np.asarray(session.run(None, given)[0])


def _on_openvino(path: Path, threads: int | None) -> Run:
    import openvino

    limits = {"INFERENCE_NUM_THREADS": threads} if threads else {}
    compiled = openvino.Core().compile_model(path, "CPU", limits)
    request = compiled.create_infer_request()
    # The next call writes over what this one gives.
    return lambda given: np.array(request.infer(given)[compiled.output(0)])


ENGINES = (
    Engine(name="onnxruntime", graph=_by_token, open=_on_onnxruntime),
    Engine(name="openvino", graph=_by_range, open=_on_openvino),
)
"""All of them; the first one is always there."""
