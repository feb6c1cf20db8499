import sys
from pathlib import Path

import psutil
import pytest

from trikal.serving import hardware
from trikal.serving.hardware import Gpu, Hardware, probe_hardware


def test_this_machine_is_what_its_system_says() -> None:
    found = probe_hardware()
    assert 1 <= found.cores <= (psutil.cpu_count() or 1)
    assert 0 < found.free_mb <= found.memory_mb <= psutil.virtual_memory().total // 2**20


@pytest.mark.parametrize(("allowed", "used", "inactive", "left"), [
    ("4096", "1000", "0", 3096.0), ("4096", "4000", "3000", 3096.0),
    ("max", "1000", "0", float("inf")),
])
def test_a_container_has_what_it_is_allowed(
    tmp_path: Path, allowed: str, used: str, inactive: str, left: float
) -> None:
    (tmp_path / "memory.max").write_text(f"{allowed}\n")
    (tmp_path / "memory.current").write_text(f"{used}\n")
    (tmp_path / "memory.stat").write_text(f"anon 5\ninactive_file {inactive}\n")
    assert hardware._container_memory(tmp_path) == (float(allowed.replace("max", "inf")), left)


def test_without_a_container_nothing_is_limited(tmp_path: Path) -> None:
    assert hardware._container_memory(tmp_path) == (float("inf"), float("inf"))


def test_the_roomiest_accelerator_counts() -> None:
    gpus = (Gpu(name="a", memory_mb=10, free_mb=3), Gpu(name="b", memory_mb=8, free_mb=8))
    machine = Hardware(cores=4, memory_mb=100, free_mb=50, gpus=gpus)
    assert machine.gpu_free_mb == 8
    assert Hardware(cores=1, memory_mb=1, free_mb=1).gpu_free_mb == 0


@pytest.mark.parametrize(("machine", "words"), [
    (Hardware(cores=1, memory_mb=9, free_mb=1_500), "1 core, 1,500 MB of memory free, no GPU"),
    (Hardware(cores=8, memory_mb=9, free_mb=9, gpus=(Gpu(name="L4", memory_mb=24, free_mb=20),)),
     "8 cores, 9 MB of memory free, L4 with 20 MB free"),
])
def test_a_machine_is_said_in_a_few_words(machine: Hardware, words: str) -> None:
    assert machine.words() == words


def test_without_a_driver_its_bindings_are_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(hardware, "CDLL", missing)
    monkeypatch.setitem(sys.modules, "pynvml", None)  # its import would be an error
    hardware._nvml.cache_clear()
    assert hardware._nvml() is None
    hardware._nvml.cache_clear()


def test_a_library_that_finds_no_driver_is_no_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        NVMLError = RuntimeError

        @staticmethod
        def nvmlInit() -> None:  # noqa: N802 - the library's name
            raise RuntimeError("Driver Not Loaded")

    monkeypatch.setattr(hardware, "CDLL", lambda name: name)
    monkeypatch.setitem(sys.modules, "pynvml", Broken)
    hardware._nvml.cache_clear()
    assert hardware._nvml() is None
    assert hardware._gpus() == ()
    hardware._nvml.cache_clear()
