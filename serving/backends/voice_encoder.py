"""The voice of speech as a vector: the GE2E speaker encoder on onnxruntime.

Wan et al., "Generalized End-to-End Loss for Speaker Verification", 2018; weights and constants are
Resemblyzer's: 1.6 s of sound as 40 Slaney mel bands, three LSTM layers of 256, and the last state
of the uppermost through a linear layer, rectified, of length one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.torch_file import read_torch
from trikal.serving.mel import RATE, mel_filters

WINDOW_MS: Final = 1_600

_HOP: Final = 160
_FRAMES: Final = WINDOW_MS * RATE // 1000 // _HOP
_FOURIER: Final = 400
_BANDS: Final = 40
_LAYERS: Final = 3
_SIZE: Final = 256
_BATCH: Final = 64
_LEVEL_DB: Final = -30.0
_GATES: Final = [0, 3, 1, 2]  # ONNX has in, out, forget, cell; torch in, forget, cell, out
_OPSET: Final = 17

Vectors = NDArray[np.float32]


class VoiceEncoder:
    """The network, loaded.

    Args:
        path: Resemblyzer's ``pretrained.pt``.
        threads: CPU threads; all cores when not given.

    Raises:
        ValueError: The file is not what it should be.
        OSError: It cannot be read.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        # Imported here because only telling voices apart should pay for it.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        # Waiting threads that spin starve each other where others compute too.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            _graph(read_torch(path)["model_state"]), options, providers=["CPUExecutionProvider"])

    def vectors(self, samples: NDArray[np.float32], starts: NDArray[np.int_]) -> Vectors:
        """Return the voice of windows of ``WINDOW_MS``.

        Args:
            samples: 16 kHz mono of shape ``(n,)``; behind its end is silence.
            starts: The sample at which each window begins.

        Returns:
            Vectors of length one, of shape ``(len(starts), 256)``.
        """
        bands = _mel(_loud_enough(samples))
        rows = starts[:, None] // _HOP + np.arange(_FRAMES)
        padded = np.pad(bands, ((0, max(int(rows.max(initial=0)) + 1 - len(bands), 0)), (0, 0)))
        batches = [self._voice(padded[rows[at:at + _BATCH]]) for at in range(0, len(rows), _BATCH)]
        return np.concatenate([np.empty((0, _SIZE), np.float32), *batches])

    def _voice(self, bands: Vectors) -> Vectors:
        voice = self._session.run(None, {"bands": bands.transpose(1, 0, 2)})[0]
        return np.asarray(voice / np.maximum(np.linalg.norm(voice, axis=1, keepdims=True), 1e-9))


def _graph(state: Mapping[str, Any]) -> bytes:
    """Return the network as ONNX: bands of shape ``(frames, batch, 40)`` in, voices out."""
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    weights: dict[str, Any] = {
        "weight": state["linear.weight"], "bias": state["linear.bias"],
        "direction": np.array([1], np.int64), "last": np.array([0], np.int64)}
    below = "bands"
    for n in range(_LAYERS):
        into, back = (state[f"lstm.weight_{part}_l{n}"] for part in ("ih", "hh"))
        both = [state[f"lstm.bias_{part}_l{n}"] for part in ("ih", "hh")]
        weights |= {f"into{n}": _as_onnx(into)[None], f"back{n}": _as_onnx(back)[None],
                    f"bias{n}": np.concatenate([_as_onnx(each) for each in both])[None]}
        nodes += [
            helper.make_node("LSTM", [below, f"into{n}", f"back{n}", f"bias{n}"],
                             [f"all{n}", f"end{n}"], hidden_size=_SIZE),
            helper.make_node("Squeeze", [f"all{n}", "direction"], [f"out{n}"])]
        below = f"out{n}"
    nodes += [
        helper.make_node("Squeeze", [f"end{_LAYERS - 1}", "last"], ["state"]),
        helper.make_node("Gemm", ["state", "weight", "bias"], ["linear"], transB=1),
        helper.make_node("Relu", ["linear"], ["voice"])]
    graph = helper.make_graph(
        nodes, "ge2e",
        [helper.make_tensor_value_info("bands", TensorProto.FLOAT, [_FRAMES, None, _BANDS])],
        [helper.make_tensor_value_info("voice", TensorProto.FLOAT, [None, _SIZE])],
        [numpy_helper.from_array(np.ascontiguousarray(each), name)
         for name, each in weights.items()])
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8).SerializeToString()
    return made


def _as_onnx(gates: Vectors) -> Vectors:
    """Put the rows of torch's four gates into the order of ONNX."""
    return np.concatenate([np.split(gates, len(_GATES))[gate] for gate in _GATES])


def _loud_enough(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    level = 10 * np.log10(max(float(np.mean(np.square(samples))), 1e-10)) if len(samples) else 0.0
    return samples * np.float32(10 ** (max(_LEVEL_DB - level, 0) / 20))


def _mel(samples: NDArray[np.float32]) -> Vectors:
    padded = np.pad(samples, _FOURIER // 2)
    if len(padded) < _FOURIER:
        return np.empty((0, _BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FOURIER)[::_HOP]
    window = np.hanning(_FOURIER + 1)[:-1].astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(frames * window, axis=1))).astype(np.float32)
    return np.asarray(power @ mel_filters(_FOURIER, _BANDS).T.astype(np.float32))
