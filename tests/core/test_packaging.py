"""What the wheel holds is written by hand in pyproject.toml; here it is compared with the tree."""

import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


if not (_ROOT / "core").is_dir():
    pytest.skip("the tests run beside a wheel, not in a checkout", allow_module_level=True)


@pytest.fixture(scope="module")
def setuptools() -> dict[str, object]:
    table = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    settings: dict[str, object] = table["tool"]["setuptools"]
    return settings


def _folders(setuptools: dict[str, object]) -> dict[str, Path]:
    roots = setuptools["package-dir"]
    assert isinstance(roots, dict)
    return {name: _ROOT / folder for name, folder in roots.items()}


def test_every_folder_with_modules_is_packaged_and_nothing_else(
    setuptools: dict[str, object]
) -> None:
    found = {
        ".".join((name, *init.parent.relative_to(folder).parts))
        for name, folder in _folders(setuptools).items() for init in folder.rglob("__init__.py")
    }
    assert setuptools["packages"] == sorted(found)


def test_every_folder_that_holds_modules_is_a_package(setuptools: dict[str, object]) -> None:
    for folder in _folders(setuptools).values():
        for module in folder.rglob("*.py"):
            assert (module.parent / "__init__.py").exists(), module


def test_tests_benchmarks_and_scripts_are_not_packaged(setuptools: dict[str, object]) -> None:
    packages = setuptools["packages"]
    assert isinstance(packages, list)
    assert not [name for name in packages if {"tests", "bench", "scripts"} & set(name.split("."))]


def test_every_data_file_is_packaged(setuptools: dict[str, object]) -> None:
    listed = setuptools["package-data"]
    assert isinstance(listed, dict)
    for name, folder in _folders(setuptools).items():
        data = {str(each.relative_to(folder)) for each in folder.rglob("*")
                if each.is_file() and each.suffix not in (".py", ".pyc")}
        assert data == set(listed.get(name, [])), name
