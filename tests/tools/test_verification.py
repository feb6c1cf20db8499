"""Nothing that the evidence does not carry reaches the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.tools.verification import (
    NumberedText,
    carried_share,
    could_tell,
    quoted,
    sentences,
    verify_sentence,
)


def item(n: int, text: str) -> NumberedText:
    return NumberedText(n=n, text=text)


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


@every(
    ("claim", "why"),
    [
        ("The mirror cost 900 rupees [1].", "figure 900"),
        ("Anita Smith approved the budget in March [2].", "name Smith"),
        ('She said "the roof is open" [2].', "quotes"),
        ("Some dolphins swim happily near the southern harbour [1].", "does not carry"),
        ("The mirror is shown at 12:30 [1].", "time 12:30"),
        ("How wide is the mirror [1].", "says nothing"),
        ("Is the main mirror two point four metres wide? [1]", "asks and tells nothing"),
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


@every(("claim", "why"), [
    ("Peter approved the budget in March [2].", "name Peter"),
    ("“Peter” approved the budget in March [2].", "quotes"),
    ("Anita Ökonom approved the budget in March [2].", "name Ökonom"),
    ("The budget of forty two million rupees was approved by Émile [2].", "name Émile"),
    ("The budget is ninety two million rupees [2].", "figure ninety"),
    ("The budget is forty two billion rupees [2].", "figure billion"),
    ("The mirror is three point four metres wide [1].", "figure three"),
    ("The main mirror is two hundred metres wide [1].", "figure hundred"),
])
def test_a_lie_of_one_word_in_a_true_sentence_is_found_out(claim: str, why: str) -> None:
    verdict = verify_sentence(claim, EVIDENCE, "What is known?")
    assert verdict.text == ""
    assert why in verdict.removed[-1]


@every("claim", [
    "After all, Anita Rao approved the budget in March.", "The budget was approved in March.",
    "Anita approved the budget.", "Yes, the mirror is two point four metres wide.",
    "Rao approved it in March.", "One mirror is two point four metres wide.",
])
def test_what_is_true_is_kept_however_the_sentence_begins(claim: str) -> None:
    assert verify_sentence(claim, EVIDENCE, "What is known?").text.startswith(claim)


@pytest.mark.parametrize(("question", "echo"), [
    ("What did the crew see venting into space?", "The crew saw venting into space."),
    ("What did she bring to the harbour?", "She brought to the harbour."),
])
def test_the_question_in_another_tense_is_no_answer(question: str, echo: str) -> None:
    evidence = [NumberedText(n=1, text=f"{echo} It was a gas of some sort.")]
    verdict = verify_sentence(f"{echo} [1]", evidence, question)
    assert (verdict.text, len(verdict.removed)) == ("", 1)
    assert verify_sentence("It was a gas of some sort. [1]", evidence, question).text


def test_the_name_of_a_file_that_is_asked_about_is_no_figure() -> None:
    evidence = [NumberedText(n=1, text="The toll was approved by the council.")]
    asked = "Was the toll approved in talk2.mp4?"
    assert verify_sentence("The council approved the toll in talk2.mp4. [1]", evidence, asked).text
    assert not verify_sentence("The council approved the toll in talk3.mp4. [1]", evidence,
                               asked).text
    assert not verify_sentence("The council approved 2.40. [1]", evidence, "Was it 2.40?").text


@every("called", ["NASA_13013.mp4", "NASA_13013", "Nasa"])
def test_a_file_that_is_asked_about_may_be_called_by_its_name(called: str) -> None:
    evidence = [NumberedText(n=1, text="A telescope in one of the largest cleanrooms there are.")]
    claim = f"In {called} the telescope is in one of the largest cleanrooms. [1]"
    asked = "What does nasa_13013.mp4 say of the telescope?"
    assert verify_sentence(claim, evidence, asked).text
    assert not verify_sentence(claim, evidence, "What is said of the telescope?").text


def test_names_and_words_of_the_question_need_no_proof_but_its_figures_do() -> None:
    asked = "Did Peter say that the budget is ninety million?"
    assert verify_sentence("Peter, the budget was approved in March.", EVIDENCE, asked).text
    assert verify_sentence("The budget is ninety million.", EVIDENCE, asked).text == ""


_FIGURES = ("seven", "ninety", "900", "3.5", "1,250", "billion", "thirty")
_NAMES = ("Peter", "Zanzibar", "Élodie", "Kowalski")
_TRUE = ("the budget", "is", "forty two million rupees", "Anita Rao", "approved", "in March", "it",
         "the main mirror", "two point four metres", "wide")
_LIES = (*_FIGURES, *_NAMES)


@st.composite
def drafts(draw: st.DrawFn, lies: int = 0) -> str:
    """A sentence of true words in any order, with so many lies among them."""
    words = [*draw(st.lists(st.sampled_from(_TRUE), min_size=3, max_size=7)),
             *draw(st.lists(st.sampled_from(_LIES), min_size=lies, max_size=lies))]
    text = " ".join(draw(st.permutations(words)))
    marks = draw(st.sampled_from(["", " [1]", " [2]", " [1][2]", " [1, 2]", " [9]"]))
    return f"{text[0].upper()}{text[1:]}{marks}."


@given(drafts(lies=1))
def test_no_figure_and_no_name_passes_that_the_evidence_does_not_carry(draft: str) -> None:
    assert verify_sentence(draft, EVIDENCE, "What is known?").text == ""


@given(drafts(), st.sampled_from(["the dome fell", "rupees for everybody", "March of the bees"]))
def test_no_quote_passes_that_the_evidence_does_not_say(draft: str, invented: str) -> None:
    quoting = draft.replace(".", f" and said “{invented}”.")
    assert verify_sentence(quoting, EVIDENCE, "What is known?").text == ""


@given(drafts(), st.integers(0, 59), st.integers(0, 59))
def test_no_time_passes_that_the_model_made_up(draft: str, minutes: int, seconds: int) -> None:
    timed = f"At {minutes}:{seconds:02d} {draft[0].lower()}{draft[1:]}"
    assert verify_sentence(timed, EVIDENCE, "What is known?").text == ""


@given(st.one_of(drafts(), drafts(lies=1), st.text(max_size=60)))
def test_what_is_kept_is_cited_and_what_is_not_kept_is_not(draft: str) -> None:
    verdict = verify_sentence(draft, EVIDENCE, "What is known?")
    assert bool(verdict.text) == bool(verdict.cited)
    assert verdict.text.endswith("".join(f"[{n}]" for n in verdict.cited))
    assert set(verdict.cited) <= {1, 2}


@given(drafts())
def test_what_was_verified_once_stands_when_it_is_verified_again(draft: str) -> None:
    first = verify_sentence(draft, EVIDENCE, "What is known?")
    if first.text:
        again = verify_sentence(first.text, EVIDENCE, "What is known?")
        assert (again.text, again.cited, again.removed) == (first.text, first.cited, ())


@given(drafts())
def test_without_evidence_nothing_is_kept(draft: str) -> None:
    assert verify_sentence(draft, [], "What is known?").text == ""


@given(st.lists(st.sampled_from(["mirror", "wide", "dome", "fell", "rupees"]), max_size=5),
       st.lists(st.sampled_from(["the mirror", "a wide dome", "rupees fell"]), max_size=4))
def test_more_carriers_never_carry_less(words: list[str], carriers: list[str]) -> None:
    text = " ".join(words)
    shares = [carried_share(text, carriers[:count]) for count in range(len(carriers) + 1)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert carried_share(text, [text]) == 1


@pytest.mark.parametrize("given", ["two", "2"])
@pytest.mark.parametrize("carrier", ["two bridges", "2 bridges"])
def test_small_numbers_are_the_same_in_words_and_in_digits(given: str, carrier: str) -> None:
    evidence = [item(1, f"They built {carrier} over the river.")]
    assert verify_sentence(f"They built {given} bridges.", evidence, "What?").cited == (1,)


@every(("draft", "parts"), [
    ("", []), ("   ", []), ("One. Two! Three?", ["One.", "Two!", "Three?"]),
    ("He said “Go.” Then he left.", ["He said “Go.”", "Then he left."]),
    ("वह गया। [1] वह आया।", ["वह गया। [1]", "वह आया।"]),
    ("It is 2.4 metres wide [1, 2]. So.", ["It is 2.4 metres wide [1, 2].", "So."]),
])
def test_drafts_are_split_at_the_ends_of_sentences(draft: str, parts: list[str]) -> None:
    assert list(sentences(draft)) == parts


@given(st.lists(drafts(), min_size=1, max_size=4))
def test_a_draft_that_grows_only_adds_sentences(parts: list[str]) -> None:
    draft = " ".join(parts)
    whole = list(sentences(draft))
    for end in range(len(draft)):
        finished = list(sentences(draft[:end]))[:-1]
        assert [" ".join(part.split()) for part in finished] == whole[:len(finished)]


def test_the_last_sentence_keeps_the_citation_behind_its_full_stop() -> None:
    draft = "The mirror is wide. [1] Anita Rao approved it. [2]"
    assert list(sentences(draft)) == ["The mirror is wide. [1]", "Anita Rao approved it. [2]"]


def test_of_two_that_could_carry_a_sentence_the_cited_one_does() -> None:
    two = [item(7, "The statue stood in the hall."), item(8, "The organ stood in the hall.")]
    (sentence,) = sentences("The organ stood in the hall. [8]")
    assert verify_sentence(sentence, two, "").cited == (8,)


ASKED = item(3, "Who won the cup, Vance? It rained.")


def test_what_is_only_asked_proves_nothing() -> None:
    verdict = verify_sentence("Vance won the cup [3].", [ASKED], "Who has the cup?")
    assert verdict.text == ""
    told = verify_sentence("They asked Vance who won the cup [3].", [ASKED], "What of the cup?")
    assert told.cited == (3,)


def test_of_several_that_could_carry_a_claim_the_best_is_cited() -> None:
    less = item(4, "Two point four metres, they said, and Rao was there.")
    verdict = verify_sentence("The main mirror is two point four metres wide.",
                              [less, MIRROR], "How wide?")
    assert verdict.cited == (1,)


TRANSLATED = NumberedText(n=1, text="The bridge was painted green.", original="पुल हरा रंगा गया")


@pytest.mark.parametrize(("sentence", "kept"), [
    ("The bridge was painted green. [1]", True),
    ("He said “The bridge was painted green”. [1]", False),
    ("He said “पुल हरा रंगा गया”. [1]", True),
])
def test_a_translation_may_be_told_but_not_quoted(sentence: str, kept: bool) -> None:
    found = verify_sentence(sentence, [TRANSLATED], "what did he say of the bridge?")
    assert bool(found.text) is kept
    assert kept or "quotes" in found.removed[0]


def test_a_translation_speaks_for_itself_as_one_and_shows_what_was_said() -> None:
    assert quoted(TRANSLATED) == (
        "In translation: The bridge was painted green. (said: “पुल हरा रंगा गया”) [1]")
    assert quoted({**TRANSLATED, "original": ""}) == (
        "In translation: The bridge was painted green. [1]")


@every(("text", "claim", "reason"), [
    ("I can approve three million today.", "She approved three million euros. [1]",
     "million euros are not"),
    ("The budget is 42 million rupees.", "The budget is 42 million rubles. [1]",
     "million rubles are not"),
    ("The budget is 42 million rupees.", "The budget is 42 million rupees. [1]", ""),
    ("The mirror is 2.4 metres wide.", "The mirror is 2.4 meters wide. [1]", ""),
    ("Four people polished it.", "It was polished by four dogs. [1]", "four dogs are not"),
    ("In 1969 they landed on the moon.", "They landed on the moon in 1969 and returned. [1]", ""),
    ("Nine days. The insurance paid.", "The insurance paid after nine days. [1]", ""),
])
def test_what_a_figure_counts_is_in_the_evidence_too(text: str, claim: str, reason: str) -> None:
    verdict = verify_sentence(claim, [{"n": 1, "text": text}], "What was told?")
    assert (verdict.text == "") is bool(reason)
    assert reason in " ".join(verdict.removed)


@every(("question", "claim", "kept"), [
    ("Was the mirror polished by a machine or by hand?", "The mirror was polished by hand.", True),
    ("Was the mirror polished by hand or by a machine?", "The mirror was polished by hand.", True),
    ("Was the mirror polished by a machine or by hand?", "It was polished by a machine.", False),
    ("Was it polished by a machine or by hand?", "It was polished by a machine or hand.", False),
    ("Was the mirror polished by hand?", "The mirror was polished by hand.", False),
    ("Was it broken or polished?", "It was broken.", False),
    ("Or was it polished by hand?", "It was polished by hand.", False),
])
def test_one_of_the_alternatives_that_a_question_offers_is_an_answer_in_its_own_words(
    question: str, claim: str, kept: bool
) -> None:
    evidence = [item(1, "Four people polished it by hand.")]
    verdict = verify_sentence(f"{claim} [1]", evidence, question)
    assert bool(verdict.text) is kept


@pytest.mark.parametrize(("question", "text", "able"), [
    ("What covers the windows?", "Which windows are covered?", False),
    ("What covers the windows?", "Which windows? They are wet.", True),
    ("What covers the windows?", "They are wet.", True),
    ("What did she ask about the windows?", "Which windows are covered?", True),
])
def test_what_only_asks_can_answer_only_what_asks_for_asking(
    question: str, text: str, able: bool
) -> None:
    assert could_tell(question, text) is able
