"""Which language a question is in, an answer is wanted in, and may be written in.

An answer is in the language of its question, or in the one that is preferred, under this policy:

1. Sentences of code's own have tables (:mod:`trikal.graph.phrases`); quotations stay as they are.
2. What the chat model is to write it writes in that language itself where the catalogue says that
   it can, or does not know the model, and the evidence is in that language too: only then can code
   compare the two.
3. Otherwise it writes in English; each sentence that was verified is then put into the language,
   and kept only if it passes the checks of :mod:`trikal.graph.translating`.
4. Where a sentence does not, or the model cannot, the answer stays in English and says so.
5. A model that cannot write a question's language is not trusted to read it: what was found is
   quoted as it stands.
"""

from collections.abc import Sequence

import langcodes
from babel import Locale

from trikal.errors import ModelError
from trikal.graph.context import Resources
from trikal.graph.evidence import EvidenceItem
from trikal.graph.phrases import ENGLISH, has_phrases, phrase
from trikal.graph.state import Plan
from trikal.graph.translating import translated
from trikal.indexes import rules
from trikal.serving.notices import notice
from trikal.tools.verification import marks_of, without_marks, without_quotes
from trikal.writing import LATIN, language_of, letters, main_letters, own_letters


def question_language(question: str, told: str = "") -> str:
    """Return the language of a question.

    Args:
        question: The question.
        told: BCP-47 tag of the language that it is in, where that is known; its letters tell else,
            and its words where several languages have the same letters.
    """
    by_words = rules.language_of(question)
    own = own_letters(by_words)
    # Latin names may be longer than what is asked of them: "पहले क्या आया, ferry या storm?"
    is_written_so = main_letters(question) in own or bool((own - {LATIN}) & set(letters(question)))
    return told or (by_words if is_written_so else language_of(question)) or ENGLISH


def wanted(plan: Plan) -> str:
    """Return the language that a plan's answer is wanted in."""
    return plan.get("language") or ENGLISH


def own_words(plan: Plan) -> str:
    """Return the language that code's own sentences are in: what is wanted, or else English."""
    return wanted(plan) if has_phrases(wanted(plan)) else ENGLISH


def is_same(one: str, other: str) -> bool:
    """Tell whether two tags mean one language."""
    return langcodes.get(one).language == langcodes.get(other).language


def draft_language(language: str, evidence: Sequence[EvidenceItem], resources: Resources) -> str:
    """Return the language that the chat model is to write in.

    Args:
        language: What is wanted.
        evidence: What it writes from, best first.
        resources: Knows which languages the chat model can write.
    """
    if is_same(language, ENGLISH) or not evidence or not resources.writes(language):
        return ENGLISH
    best = evidence[0]
    spoken = language_of(best["text"], best.get("language") or "")
    return language if spoken and is_same(spoken, language) else ENGLISH


def is_english(evidence: Sequence[EvidenceItem]) -> bool:
    """Tell whether the best of some evidence is in English, as far as that is known."""
    if not evidence:
        return True
    best = evidence[0]
    return is_same(language_of(best["text"], best.get("language") or "") or ENGLISH, ENGLISH)


def language_name(language: str) -> str:
    """Return what a language is called in English."""
    tag = langcodes.get(language).language or language
    return str(Locale(ENGLISH).languages.get(tag, tag))


def put_into(
    language: str, sentences: Sequence[str], resources: Resources, *, drafted: str = ENGLISH,
    in_time: bool = True,
) -> tuple[list[str], str]:
    """Put verified sentences into a language; quotations and citations stay as they are.

    Args:
        language: BCP-47 tag.
        sentences: Sentences, each with its citations.
        drafted: What the chat model was to write them in.
        resources: What translates, and measures what was made.
        in_time: Whether the budget has room for that.

    Returns:
        The sentences, and the language that they are in now: what is wanted, or English.
    """
    foreign = [each for each in sentences if not _is_in(without_quotes(each), language, drafted)]
    if not foreign or is_same(language, ENGLISH):
        return list(sentences), language
    if not in_time or not resources.writes(language):
        return _left(language, sentences)
    put = {}
    for each in foreign:
        text, fault = _translated(each, language, resources)
        if fault:
            return _left(language, sentences)
        put[each] = text
    notice(f"the answer was put into {language_name(language)} by {resources.chat_name}: its "
           "figures and its nearness to what was verified were checked, its wording was not")
    return [put.get(each, each) for each in sentences], language


def spoken_language(answer: str, language: str, evidence: Sequence[EvidenceItem]) -> str:
    """Return the language that an answer is to be said in: a bare quotation has its own.

    Args:
        answer: The answer.
        language: What its own words are in.
        evidence: What it quotes.
    """
    if main_letters(without_quotes(answer)):
        return language
    quoted = next((each.get("language") for each in evidence), None)
    return language_of(answer, quoted or language) or language


def said_so(answer: str, language: str, plan: Plan) -> str:
    """Return the sentence that says, in the language that was wanted, that an answer is English.

    Args:
        answer: The answer.
        language: BCP-47 tag of what it is in.
        plan: Tells what was wanted.

    Returns:
        The sentence; empty where there is nothing to say, as of a bare quotation.
    """
    meant = wanted(plan)
    as_wanted = is_same(language, meant) or not is_same(language, ENGLISH)
    if as_wanted or not main_letters(without_quotes(answer)):
        return ""
    return phrase("in_english", meant, language=language_name(meant))


def _is_in(text: str, language: str, drafted: str) -> bool:
    """Tell whether a sentence's own words, if it has any, are in a language already."""
    main = main_letters(text)
    return not main or is_same(drafted, language) and main in own_letters(language)


def _translated(sentence: str, language: str, resources: Resources) -> tuple[str, str]:
    if without_quotes(sentence) != without_marks(sentence):
        return sentence, "it quotes"
    try:
        text, fault = translated(without_marks(sentence), language, resources.chat(),
                                 resources.relevance)
    except ModelError as exc:
        return sentence, str(exc)
    return f"{text} {marks_of(sentence)}".strip(), fault


def _left(language: str, sentences: Sequence[str]) -> tuple[list[str], str]:
    notice(phrase("in_english", language, language=language_name(language)))
    return list(sentences), ENGLISH
