"""What cannot fit is refused before an environment is made for it."""

from pathlib import Path

import pytest

from trikal.errors import ModelUnavailable
from trikal.serving.catalog import load_catalog
from trikal.serving.hardware import Gpu, Hardware
from trikal.serving.vllm import launcher
from trikal.serving.vllm.launcher import up
from trikal.serving.vllm.room import expect_room
from trikal.settings import Settings


def laptop(free_mb: int) -> Hardware:
    return Hardware(cores=2, memory_mb=64_000, free_mb=free_mb)


def with_gpus(*free_mb: int) -> Hardware:
    return Hardware(cores=8, memory_mb=64_000, free_mb=60_000,
                    gpus=tuple(Gpu(name="L4", memory_mb=24_000, free_mb=free) for free in free_mb))


@pytest.mark.parametrize(("name", "hardware"), [
    ("qwen2.5-coder-0.5b-instruct", laptop(4_600)),
    ("qwen3-8b", laptop(20_000)),
    ("qwen3-8b", with_gpus(22_000)),
    ("llava-1.5-13b", with_gpus(22_000, 22_000)),
    ("whisper-large-v3", laptop(8_000)),
])
def test_what_may_fit_is_let_through(name: str, hardware: Hardware) -> None:
    expect_room(load_catalog().get(name), hardware, load_catalog())


@pytest.mark.parametrize(("name", "hardware", "says"), [
    ("qwen3-8b", laptop(12_000), r"at least 18,\d+ MB of memory on vLLM, and 12,000 MB are free\. "
                                 r"What fits: \S*4b\S* \("),
    ("qwen3-8b", laptop(5_000), r"5,000 MB are free\. What fits: qwen3-0\.6b \(4,\d+ MB\)"),
    ("qwen3-8b", laptop(2_000), r"2,000 MB are free\. Nothing for its role fits on vLLM: free"),
    ("llava-1.5-13b", with_gpus(22_000), r"MB of GPU memory on vLLM, and 19,800 MB are free\. "
                                         r"What fits: "),
    ("whisper-large-v3", laptop(3_100), "Nothing for its role fits"),
])
def test_what_cannot_fit_says_how_much_it_needs_and_what_fits(
    name: str, hardware: Hardware, says: str
) -> None:
    with pytest.raises(ModelUnavailable, match=says) as told:
        expect_room(load_catalog().get(name), hardware, load_catalog())
    assert "\n" not in str(told.value)


def test_nothing_is_made_or_fetched_for_what_cannot_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "probe_hardware", lambda: laptop(5_000))
    monkeypatch.setattr(launcher, "ensure_environment", lambda *_: pytest.fail("made"))
    settings = Settings(archive=tmp_path / ".trikal", cache_dir=tmp_path / "cache")
    with pytest.raises(ModelUnavailable, match="qwen3-8b needs at least"):
        up(settings, "qwen3-8b")
