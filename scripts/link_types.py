"""Lay symbolic links in build/typing/trikal so that static checkers see the mapped folders.

Checkers cannot follow an editable install's import hook; they can follow links. The table is
``[tool.setuptools.package-dir]`` of pyproject.toml.
"""

import shutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Rebuild the link tree from the package-dir table."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    tree = ROOT / "build" / "typing" / "trikal"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for entry in (ROOT / table["package-dir"]["trikal"]).iterdir():
        if entry.name != "__pycache__":
            (tree / entry.name).symlink_to(entry)
    for package, folder in table["package-dir"].items():
        if package != "trikal":
            (tree / package.removeprefix("trikal.")).symlink_to(ROOT / folder)


if __name__ == "__main__":
    main()
