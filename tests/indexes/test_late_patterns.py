"""Patterns about lengths of time cost nothing until a question can name one."""

import re
import subprocess
import sys
from functools import cache
from itertools import islice

import pytest

from tests.every import every
from tests.indexes.wordings import RELATIONS, asked
from tests.sampling import sampled
from trikal.indexes.rules.language import language
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


@cache
def longest_pattern(question: str) -> int:
    run = subprocess.run([sys.executable, "-c", COUNTED.format(question=question)],
                         capture_output=True, text=True, check=True)
    return int(run.stdout)


@pytest.mark.parametrize("question", sampled([
    "What damaged the dome?", "After the vote, who spoke next?", "the part about the budget",
], 1))
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


def test_an_outline_spares_what_it_cannot_match_and_hides_nothing() -> None:
    late = LatePattern("a(b|c)+d(", outline="a.+?d")
    assert late.search("ad") is None
    with pytest.raises(re.error):
        late.search("abcd")


def test_long_texts_are_not_outlined() -> None:
    late = LatePattern("ab", outline="never")
    assert late.search("ab") is None
    assert late.search("ab" + " " * 300) is not None


@every("relation", RELATIONS)
def test_an_outline_is_found_wherever_its_pattern_is(relation: str) -> None:
    words = language("en")
    patterns = [pattern for _, pattern in words.windows] + [each[2] for each in words.distances]
    for question in (each.question for each in islice(asked(relation), 0, 90, 30)):
        for late in patterns[::3]:
            assert late._outlined.search(question) or not late._compiled.search(question)


@every(("text", "spans"), [
    ("two hours and five minutes, ten seconds later", [(0, 39)]),
    ("five minutes and two hours", [(0, 12), (17, 26)]),
    ("twenty five minutes", [(0, 19)]), ("twenty-five and a half minutes", [(0, 30)]),
    ("the ten-minute mark", [(4, 14)]), ("a ten-minute talk", []), ("a second later", []),
    ("10s or 1.5 hours", [(0, 3), (7, 16)]), ("came  ten seconds", [(6, 17)]),
    ("half an hour", [(0, 12)]), ("one hour thirty", [(0, 8)]),
])
def test_a_length_is_read_from_its_largest_unit_down(
    text: str, spans: list[tuple[int, int]]
) -> None:
    length = re.compile(language("en").amounts.blanks["L"], re.IGNORECASE)
    assert [match.span() for match in length.finditer(text)] == spans
