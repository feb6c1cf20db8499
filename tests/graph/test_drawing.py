"""The README draws the agent as it is."""

import re
from pathlib import Path

import pytest

from trikal.graph.build import build_graph

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.skipif(not README.exists(), reason="an installed package has no README.md beside it")
def test_the_drawing_in_the_readme_is_the_compiled_graph() -> None:
    drawn = re.search(r"```mermaid\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert drawn is not None
    compiled = build_graph().get_graph().draw_mermaid(with_styles=False)
    assert drawn[1].split() == compiled.split()
