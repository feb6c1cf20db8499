"""What the documents show of Python runs as it stands there."""

import re
import shutil
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[1] / "docs" / "library.md"


@pytest.mark.skipif(not LIBRARY.exists(), reason="an installed package has no docs beside it")
def test_the_parts_of_the_library_do_what_is_written(
    film_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(film_file, "talk.mp4")
    blocks = re.findall(r"```python\n(.*?)```", LIBRARY.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, LIBRARY.name, "exec"), names)
    assert capsys.readouterr().out.splitlines() == [
        "500 shown since 480 (108, 192, 3)", "1510 shown since 1480 (108, 192, 3)"]
