"""Captions by a real vision model on real vLLM: a tiny Qwen2-VL of random weights.

What it writes means nothing, so that only what is true of any caption is asserted: whose it is,
when, how many, and that there is one.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from trikal.app.session import open_session
from trikal.indexes.protocol import MomentFilter
from trikal.ingest.pipeline import Pipeline
from trikal.moments import Moment, Track
from trikal.settings import Settings
from trikal.tools.caption import look

pytestmark = pytest.mark.vllm

ROOT = Path(__file__).resolve().parents[2]
READY_S = 400

# Vision models import torchvision, whose build here may expect CUDA, and Transformers torchaudio.
_SHIM = """
import importlib.abc
import sys

sys.modules["torchaudio"] = sys.modules["torchcodec"] = None


class Operators(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "torchvision":
            sys.meta_path.remove(self)
            import torch
            self.defined = torch.library.Library("torchvision", "DEF")
            for each in ("nms", "qnms"):
                self.defined.define(each + "(Tensor a, Tensor b, float c) -> Tensor")
            sys.torchvision_operators = self
        return None


sys.meta_path.insert(0, Operators())
"""
_BUILD = """
import sys
from pathlib import Path
from trikal.serving.tiny.vision import RECIPES
folder = Path(sys.argv[1])
RECIPES["Qwen2VLForConditionalGeneration"].build(folder)
# Whatever is seen, a printable byte is likelier than the end: random weights may else say nothing.
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer
(path,) = folder.glob("*.safetensors")
weights = load_file(path)
(head,) = [name for name in weights if name.endswith("lm_head.weight")]
printable = AutoTokenizer.from_pretrained(folder).convert_tokens_to_ids(list("abcdefghijklmnop"))
dead = torch.ones(len(weights[head]), dtype=torch.bool)
dead[printable] = False
weights[head][dead] = 0
weights[head][printable[1]] = -weights[head][printable[0]]
save_file(weights, path, metadata={"format": "pt"})
"""


@pytest.fixture(scope="module")
def python() -> str:
    """The Python of an environment with vLLM."""
    given = os.environ.get("TRIKAL_TEST_VLLM_PYTHON")
    if not given:
        pytest.skip("no TRIKAL_TEST_VLLM_PYTHON")
    return given


@pytest.fixture(scope="module")
def server(python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real vLLM that serves a tiny Qwen2-VL."""
    place = tmp_path_factory.mktemp("vllm")
    (place / "sitecustomize.py").write_text(_SHIM)
    package = place / "trikal" / "serving" / "tiny"
    package.parent.mkdir(parents=True)
    package.symlink_to(ROOT / "serving" / "tiny", target_is_directory=True)
    environment = {**os.environ, "PYTHONPATH": str(place), "HF_HUB_OFFLINE": "1",
                   "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1",
                   "TOKENIZERS_PARALLELISM": "false"}
    model = place / "model"
    model.mkdir()
    subprocess.run([python, "-c", _BUILD, str(model)], env=environment, check=True, timeout=300)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model),
               "--served-model-name", "tiny-vl", "--host", "127.0.0.1", "--port", str(port),
               "--enforce-eager", "--max-model-len", "512", "--max-num-seqs", "2",
               "--dtype", "float32", "--override-generation-config", '{"max_new_tokens": 16}']
    log = place / "vllm.log"
    with log.open("wb") as stream:
        running = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream,
                                   cwd=place, start_new_session=True)
        try:
            _wait(f"http://127.0.0.1:{port}", running, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            os.killpg(running.pid, 15)
            running.wait(60)


def _wait(url: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until and running.poll() is None:
        try:
            with urlopen(f"{url}/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(1)
    pytest.fail(f"vLLM did not come up: {log.read_text(errors='replace')[-3_000:]}")


def settings_for(server: str, folder: Path) -> Settings:
    return Settings(archive=folder / ".trikal", vision_url=server, vision_model="tiny-vl",
                    request_timeout_s=300, fallback=False)


def indexed_captions(settings: Settings, film: Path) -> tuple[list[Moment], list[Moment]]:
    """Ingest a film, and return its captions of the index and of the catalogue."""
    with open_session(settings, create=True) as session:
        pipeline = Pipeline(session.archive.catalogue, session.index, session.models)
        (report,) = pipeline.run([film])
        assert report.error is None
        assert report.media_id
        stored = session.archive.catalogue.moments(report.media_id, tracks=[Track.CAPTION])
        return session.index.in_window(MomentFilter(tracks=(Track.CAPTION,)), 100), stored


def test_every_shot_of_a_film_is_captioned_over_its_own_interval(
    server: str, shared_media: Path, tmp_path: Path
) -> None:
    captions, stored = indexed_captions(settings_for(server, tmp_path),
                                        shared_media / "nasa" / "nasa_13013.mp4")
    assert [(each.start_ms, each.end_ms) for each in captions] == [
        (0, 5_080), (5_080, 8_080), (8_080, pytest.approx(13_056, abs=60))]
    assert captions == stored
    assert all(each.text.strip() for each in captions)
    assert {each.source for each in captions} == {"tiny-vl/openai-compatible"}


def test_a_frame_and_a_run_of_frames_are_looked_at(server: str, shared_media: Path) -> None:
    from trikal.serving.models import Models

    film = shared_media / "nasa" / "nasa_13013.mp4"
    with Models(Settings(vision_url=server, vision_model="tiny-vl",
                         request_timeout_s=300, fallback=False)) as models:
        describer = models.describer()
        assert look(film, 6_000, describer)
        assert look(film, 0, describer, end_ms=12_000)
        assert look(film, 6_000, describer, ask="What is shown?")
