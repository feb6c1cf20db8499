"""Patterns about lengths of time cost nothing until a question can name one."""

import re
import subprocess
import sys

import pytest

from trikal.indexes.rules.late import LatePattern

COUNTED = """
import re
compiled = []
whole = re.compile
def counting(source, flags=0):
    compiled.append(len(source) if isinstance(source, str) else 0)
    return whole(source, flags)
re.compile = counting
from trikal.indexes.rules import read_question
read_question({question!r})
print(max(compiled))
"""


def longest_pattern(question: str) -> int:
    run = subprocess.run([sys.executable, "-c", COUNTED.format(question=question)],
                         capture_output=True, text=True, check=True)
    return int(run.stdout)


@pytest.mark.parametrize("question", [
    "What damaged the dome?", "After the vote, who spoke next?", "the part about the budget",
])
def test_a_question_without_a_length_compiles_no_pattern_of_lengths(question: str) -> None:
    assert longest_pattern(question) < longest_pattern("What came ten seconds after the vote?")


def test_a_late_pattern_matches_as_a_compiled_one() -> None:
    late, compiled = LatePattern(r"a(b+)"), re.compile(r"a(b+)", re.IGNORECASE)
    for text in ("xABBy ab", "ab", "none"):
        assert [m.span(1) for m in late.finditer(text)] == [
            m.span(1) for m in compiled.finditer(text)]
        assert bool(late.search(text)) == bool(compiled.search(text))
        assert bool(late.fullmatch(text)) == bool(compiled.fullmatch(text))


def test_a_wrong_pattern_is_told_when_it_is_needed() -> None:
    late = LatePattern("(")
    with pytest.raises(re.error):
        late.search("x")


def test_a_text_that_cannot_match_compiles_nothing() -> None:
    late = LatePattern("(", possible=lambda text: "x" in text)
    assert late.search("y") is None
    assert late.fullmatch("y") is None
    assert list(late.finditer("y")) == []
    with pytest.raises(re.error):
        late.search("x")
