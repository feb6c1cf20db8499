"""Nothing that the evidence does not carry reaches the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.graph.state import EvidenceItem
from trikal.graph.verification import carried_share, quoted, sentences, verify_sentence


def item(n: int, text: str) -> EvidenceItem:
    return EvidenceItem(n=n, media_id="m", name="film.mp4", path="/film.mp4", track="speech",
                        start_ms=1000 * n, end_ms=1000 * n + 900, text=text, speaker=None,
                        score=1.0, dense=0.9, why="search")


MIRROR = item(1, "The main mirror is two point four metres wide.")
BUDGET = item(2, "The budget is forty two million rupees, and Anita Rao approved it in March.")
EVIDENCE = [MIRROR, BUDGET]


def test_a_true_sentence_keeps_its_citation() -> None:
    verdict = verify_sentence("The mirror is two point four metres wide [1].", EVIDENCE, "Wide?")
    assert verdict.text == "The mirror is two point four metres wide. [1]"
    assert verdict.cited == (1,)
    assert verdict.removed == ()


def test_a_number_of_evidence_that_does_not_exist_is_removed() -> None:
    verdict = verify_sentence("The mirror is two point four metres wide [1][7].", EVIDENCE, "How?")
    assert "[7]" not in verdict.text
    assert verdict.cited == (1,)
    assert verdict.removed == ("[7] does not exist",)


def test_a_wrong_citation_is_replaced_by_the_evidence_that_carries_the_claim() -> None:
    verdict = verify_sentence("The mirror is two point four metres wide [2].", EVIDENCE, "Wide?")
    assert verdict.cited == (1,)


def test_a_missing_citation_is_supplied_by_code() -> None:
    verdict = verify_sentence("It was approved in March.", EVIDENCE, "When was it approved?")
    assert verdict.text == "It was approved in March. [2]"


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("The mirror cost 900 rupees [1].", "figure 900"),
        ("Peter Smith approved the budget in March [2].", "name Smith"),
        ('She said "the roof is open" [2].', "quotes"),
        ("Dolphins swim happily near the southern harbour [1].", "does not carry"),
        ("The mirror is shown at 12:30 [1].", "time 12:30"),
        ("How wide is the mirror [1].", "says nothing"),
    ],
)
def test_what_the_evidence_does_not_carry_is_removed_with_the_reason(claim: str, why: str) -> None:
    verdict = verify_sentence(claim, EVIDENCE, "How wide is the mirror?")
    assert verdict.text == ""
    assert why in verdict.removed[-1]


def test_a_quote_that_its_evidence_says_is_kept_whatever_its_quotation_marks() -> None:
    verdict = verify_sentence("The voice says “two point four metres” [1].", EVIDENCE, "How wide?")
    assert verdict.cited == (1,)


def test_a_time_that_was_spoken_in_the_evidence_is_no_invention() -> None:
    bus = item(1, "The last bus leaves at 9:15 from the square.")
    assert verify_sentence("The last bus leaves at 9:15 [1].", [bus], "Which bus?").cited == (1,)


def test_spelled_and_written_figures_are_the_same() -> None:
    written = item(1, "Width: 2 metres, weight 40 tons")
    assert verify_sentence("The weight is forty tons [1].", [written], "How heavy?").cited == (1,)


def test_a_citation_alone_is_no_sentence() -> None:
    assert verify_sentence("[1]", EVIDENCE, "How wide?").text == ""


def test_a_hindi_sentence_is_held_to_its_evidence_too() -> None:
    hindi = item(1, "बजट मार्च में पारित हुआ।")
    assert verify_sentence("बजट मार्च में पारित हुआ। [1]", [hindi], "बजट कब?").cited == (1,)
    assert verify_sentence("बजट जुलाई में चोरी हो गया। [1]", [hindi], "बजट कब?").text == ""


def test_sentences_carry_the_citations_behind_their_full_stop() -> None:
    draft = "The mirror is wide. [1] It was approved in March [2]. And then"
    assert list(sentences(draft)) == [
        "The mirror is wide. [1]", "It was approved in March [2].", "And then",
    ]


@given(st.text(alphabet="ab .!?[]12\"", max_size=80))
def test_splitting_into_sentences_loses_no_character_but_spaces(draft: str) -> None:
    assert "".join("".join(sentences(draft)).split()) == "".join(draft.split())


@given(st.text(max_size=120))
def test_only_existing_numbers_are_ever_cited(draft: str) -> None:
    verdict = verify_sentence(draft, EVIDENCE, "How wide is the mirror?")
    assert set(verdict.cited) <= {1, 2}
    assert not verdict.text or verdict.cited


def test_evidence_speaks_for_itself_in_its_own_words() -> None:
    assert quoted(item(3, "Budget 2026\n42 million")) == "“Budget 2026 · 42 million” [3]"


def test_the_carried_share_counts_content_words() -> None:
    assert carried_share("the wide mirror", ["Mirrors are wide"]) == 1.0
    assert carried_share("a wide harbour", ["The mirror is wide"]) == 0.5
    assert carried_share("", ["anything"]) == 1.0
