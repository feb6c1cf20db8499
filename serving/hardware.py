"""What this machine has to run models with."""

import sys
from ctypes import CDLL
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

_CGROUP = Path("/sys/fs/cgroup")
_MB = 1 << 20


class Gpu(BaseModel):
    """One accelerator; memory in MiB."""

    model_config = ConfigDict(frozen=True)

    name: str
    memory_mb: int
    free_mb: int


class Hardware(BaseModel):
    """What a machine has.

    Attributes:
        cores: CPU cores that this process may use.
        memory_mb: Main memory in MiB, or what the container allows of it.
        free_mb: How much of it a new model could take.
        gpus: The NVIDIA accelerators, in their own order.
    """

    model_config = ConfigDict(frozen=True)

    cores: int
    memory_mb: int
    free_mb: int
    gpus: tuple[Gpu, ...] = ()

    @property
    def gpu_free_mb(self) -> int:
        """Free memory of the roomiest accelerator, in MiB; 0 without one."""
        return max((gpu.free_mb for gpu in self.gpus), default=0)

    def words(self) -> str:
        """Say in a few words what there is."""
        cores = "1 core" if self.cores == 1 else f"{self.cores} cores"
        gpus = ", ".join(f"{gpu.name} with {gpu.free_mb:,} MB free" for gpu in self.gpus)
        return f"{cores}, {self.free_mb:,} MB of memory free, {gpus or 'no GPU'}"


def probe_hardware() -> Hardware:
    """Look at this machine; memory as it is at this moment."""
    import psutil

    memory = psutil.virtual_memory()
    allowed, free = _container_memory(_CGROUP)
    return Hardware(
        cores=_cores(),
        memory_mb=min(memory.total, allowed) // _MB,
        free_mb=min(memory.available, free) // _MB,
        gpus=_gpus(),
    )


def _cores() -> int:
    import psutil

    process = psutil.Process()
    if hasattr(process, "cpu_affinity"):  # not on macOS
        return len(process.cpu_affinity())
    return psutil.cpu_count() or 1


def _container_memory(group: Path) -> tuple[float, float]:
    """Return the bytes that a container may use and has left: infinite where nothing limits it."""
    try:
        allowed = float((group / "memory.max").read_text().replace("max", "inf"))
        used = float((group / "memory.current").read_text())
        stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return float("inf"), float("inf")
    # Pages of files that nobody has touched for long are given back before anything fails.
    return allowed, allowed - used + float(stat.get("inactive_file", 0))


@cache
def _nvml() -> Any:
    """Return NVIDIA's management library, initialised; ``None`` where there is no driver."""
    if not _has_driver():
        return None
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml


def _has_driver() -> bool:
    """Tell whether the library may be there: far sooner known than its bindings are imported."""
    if sys.platform != "linux":
        return True
    try:
        CDLL("libnvidia-ml.so.1")
    except OSError:
        return False
    return True


def _gpus() -> tuple[Gpu, ...]:
    nvml = _nvml()
    return tuple(_gpu(nvml, n) for n in range(nvml.nvmlDeviceGetCount())) if nvml else ()


def _gpu(nvml: Any, n: int) -> Gpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(n)
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    return Gpu(
        name=nvml.nvmlDeviceGetName(handle),
        memory_mb=memory.total // _MB,
        free_mb=memory.free // _MB,
    )
