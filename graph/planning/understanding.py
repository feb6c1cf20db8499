"""What a question means in its session, and the plan that follows from it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from trikal.errors import BadInput, ModelError
from trikal.graph.acts import ActItem, act
from trikal.graph.context import Resources
from trikal.graph.conversation.followups import FollowUp, lost, understand
from trikal.graph.conversation.remembered import named
from trikal.graph.conversation.remembered import understood as in_the_archives_names
from trikal.graph.conversation.turns import Turn, last_shown, shown_last
from trikal.graph.evidence import EvidenceItem, event_of
from trikal.graph.memory import Memories
from trikal.graph.phrases import ENGLISH
from trikal.graph.planning.archive_facts import (
    AboutArchive,
    ArchiveFact,
    about_archive,
    meant,
    meant_first,
    on_films,
    only_film,
)
from trikal.graph.planning.archive_telling import (
    beginnings,
    languages_heard,
    told_of,
    untold,
)
from trikal.graph.planning.hops import asks_who, several
from trikal.graph.planning.laying import FIRST, laid_out, plain_plan, said_aloud, told_plan
from trikal.graph.planning.model_reading import ask_for_query, is_worth_asking, reconciled
from trikal.graph.planning.order import order_asked
from trikal.graph.planning.plans import TOLD, Find, StepPlan
from trikal.graph.planning.proposing import proposed
from trikal.graph.planning.requests import Request, read_request
from trikal.graph.planning.session_scope import in_session
from trikal.graph.state import Plan
from trikal.graph.tongues import question_language
from trikal.indexes.rules import (
    Reading,
    asks_how_long_it_took,
    asks_when,
    called_first,
    is_name,
)
from trikal.indexes.temporal import Ask, Scope, TemporalQuery
from trikal.serving.backends.openai_errors import map_errors
from trikal.tools.composition import Kind

_log = logging.getLogger(__name__)
AGAIN: Final = "again"
"""The ``fact`` of a plan that gives the last answer once more, in another way."""
OF_ARCHIVE: Final = "archive"
"""The ``fact`` of a plan that what the catalogue knows answers: it is ``told`` there."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A plan with what is known before its first step.

    Attributes:
        plan: The plan.
        evidence: What the answer may cite without a search, numbered.
        acts: Steps that need not be carried out: the last answer has what they would find.
        notices: What of the question could not be followed.
    """

    plan: Plan
    evidence: list[EvidenceItem] = field(default_factory=list)
    acts: tuple[ActItem, ...] = ()
    notices: tuple[str, ...] = ()


def understood(
    question: str, turns: Sequence[Turn], resources: Resources, *, asked_in: str = ""
) -> Understood:
    """Understand a question in the light of its session, and of what is preferred.

    Args:
        question: What is asked.
        turns: The session so far, oldest first.
        resources: What there is to plan with; the chat model is asked only where it can help.
        asked_in: BCP-47 tag of the question's language, where it is known.
    """
    memories = resources.memories()
    wished = memories.language or asked_in
    known = _read_with(question, turns, resources, memories, wished)
    language = known.plan.get("language") or wished or question_language(question)
    plan = Plan(**{**known.plan, "language": language})
    return replace(known, plan=said_aloud(plan) if memories.aloud else plan)


def _read_with(
    question: str, turns: Sequence[Turn], resources: Resources, memories: Memories, wished: str
) -> Understood:
    meant = in_the_archives_names(question, resources.vocabulary, memories)
    question, resources = meant.question, replace(resources, vocabulary=meant.vocabulary)
    request = read_request(question, resources.vocabulary.media)
    if known := _of_archive(question, request, turns, resources, request.written or wished):
        return _in_language(known, request)
    if request.last:
        return _in_language(_of_last(question, request, turns, resources), request)
    proposal = _proposed(question, resources) if request.named else None
    request = proposal or request
    asked = _about(request, resources) or question
    put_in = request.code if request.code != ENGLISH else ""
    follow = understand(asked, resources.vocabulary, turns, code=put_in)
    plainly = not (request.makes or request.aloud or request.avatar)
    if follow.fact is not None and plainly:
        return _fact(question, follow)
    shown = last_shown(turns)
    in_order = None if follow.leans_on or request.makes else order_asked(
        asked, resources.vocabulary)
    searches = [] if follow.leans_on else in_order.searches if in_order else several(
        asked, resources.vocabulary, shown["name"] if shown else None)
    if searches:
        query, planner = searches[-1].query, "rules"
    else:
        query, planner = _read(asked, follow, resources)
        query = only_film(asked, query, resources.media.values())
        query = on_films(query, resources.media.values())
        searches = _told_beside(asked, query) or (
            [] if follow.leans_on else in_session(asked, query, shown))
    if proposal:
        planner = f"rules and {resources.chat_name}"
    known = _planned(asked, request, follow, query, planner, resources, searches)
    if in_order:
        known = replace(known, plan=Plan(**{**known.plan, "asks_order": in_order.asked}))
    return _in_language(known, request)


def _of_archive(
    question: str, request: Request, turns: Sequence[Turn], resources: Resources, wished: str
) -> Understood | None:
    """Understand a question about media as wholes: what they are, or a summary of one.

    It is answered in the language that is wished for, else in that of the table that read it.
    """
    about, media = request.about, resources.media.values()
    asked = None if request.makes or request.observe else about_archive(about, media)
    if asked and asked.fact is ArchiveFact.SPEAKERS and last_shown(turns):
        return None  # who speaks there, not anywhere
    is_bare = request.last and last_shown(turns) is None  # "give me the key points"
    wholes = () if not request.kind else tuple(media) if is_bare else meant(
        about, media, request.code)
    if asked and (asked.fact is not ArchiveFact.OVERVIEW or len(asked.media) != 1):
        return _told_by_catalogue(question, asked, request, resources, wished or asked.code)
    if asked:
        request, wholes = replace(request, kind=Kind.SUMMARY), asked.media
    if not wholes:
        return None
    scope = Scope(media=(wholes[0].name,)) if len(wholes) == 1 else Scope()
    query = TemporalQuery(scope=scope)
    plain = FollowUp(reading=Reading(query=query, sure=True))
    known = _planned(about, replace(request, last=False), plain, query, "rules", resources, [])
    return _answered_in(wished or asked.code, known) if asked else known


def _told_by_catalogue(
    question: str, asked: AboutArchive, request: Request, resources: Resources, language: str
) -> Understood:
    """Plan an answer that the catalogue gives, with how each medium begins as its proof."""
    tells_more = asked.fact in (ArchiveFact.MEDIA, ArchiveFact.OVERVIEW)
    evidence = beginnings(asked.media, resources) if tells_more else []
    memories = resources.memories()
    speakers = [named(each, memories) for each in resources.vocabulary.speakers]
    query = TemporalQuery()
    made = _plan(question, told_plan(request), query, f"tell the {asked.fact} of the archive",
                 "rules", "", fact=OF_ARCHIVE)
    is_languages = asked.fact is ArchiveFact.LANGUAGES
    heard = languages_heard(asked.media, resources) if is_languages else {}
    made["told"] = told_of(asked, evidence, speakers, language, heard=heard)
    if not made["told"]:
        made["untold"] = untold(asked.fact, language)
    made["language"] = language
    return Understood(plan=made, evidence=evidence)


def _in_language(known: Understood, request: Request) -> Understood:
    """Note the language that the answer is wanted in, where the question names one."""
    if not request.written:
        return known
    return _answered_in(request.written, known)


def _answered_in(language: str, known: Understood) -> Understood:
    return replace(known, plan=Plan(**{**known.plan, "language": language}))


def _told_beside(question: str, query: TemporalQuery) -> list[Find]:
    """Search beside what is measured also for who tells it: "it took eleven months"."""
    if query.ask is not Ask.DURATION or not asks_how_long_it_took(question):
        return []
    if (hung := query.anchored) and hung.other and all(each.verbatim for each in hung.events):
        return []  # between two quotations nobody need tell it
    told = query.model_copy(update={"ask": Ask.MOMENTS})
    return [Find(id=TOLD, query=told), Find(id=FIRST, query=query)]


def _about(request: Request, resources: Resources) -> str:
    """Return what a request is about, with a medium that stands first said as the place it is."""
    about = request.about
    if not (request.makes or request.observe) or request.code != ENGLISH:
        return about
    names = sorted(resources.vocabulary.media, key=len, reverse=True)
    stems = (each.rpartition(".")[0] for each in names)
    # A file may be called the.mp4: without its ending that is a word and no medium.
    for name in (*names, *(each for each in stems if is_name(each))):
        rest = about[len(name):]
        if about.casefold().startswith(name.casefold()) and not rest[:1].isalnum():
            return f"{rest.strip(' ,:;')} in {name}".strip()
    if called := called_first(about, resources.vocabulary.media):
        return f"{about[called.end:].strip(' ,:;')} in {called.media[0]}".strip()
    if first := meant_first(about, resources.media.values()):
        return f"{first[1].strip(' ,:;')} in {first[0].name}".strip()
    return about


def _planned(
    asked: str, request: Request, follow: FollowUp, query: TemporalQuery, planner: str,
    resources: Resources, searches: list[Find],
) -> Understood:
    notices: tuple[str, ...] = ()
    try:
        steps = laid_out(request, query, resources.media, searches)
    except BadInput as exc:
        steps, notices = plain_plan(query), (str(exc),)
    words = follow.words(query) if not searches else "; then ".join(
        each.query.words() for each in searches)
    made = _plan(asked, steps, query, words, planner, follow.reading.problem)
    return Understood(plan=made, notices=notices)


def _proposed(question: str, resources: Resources) -> Request | None:
    """Let the chat model say what is to be done, where the rules found words for it only."""
    try:
        return proposed(question, resources.chat())
    except ModelError as exc:
        _log.warning("the request was read by rules alone: %s", exc)
        return None


def _plan(
    asked: str, steps: StepPlan, query: TemporalQuery, words: str, planner: str, problem: str,
    *, fact: str = "",
) -> Plan:
    searches = [each for each in steps.steps if isinstance(each, Find)]
    return Plan(
        query=query.model_dump(mode="json"), words=words, planner=planner,
        asks_when=asks_when(asked), problem=problem, fact=fact, asks_who=asks_who(asked),
        steps=steps.data(), main=searches[-1].id if searches else "",
    )


def _fact(question: str, follow: FollowUp) -> Understood:
    query = follow.reading.query
    made = _plan(question, plain_plan(query), query, follow.words(query), "rules",
                 follow.reading.problem, fact=str(follow.fact))
    made["steps"] = made["steps"][-1:]
    made["steps"][0].pop("after", None)
    evidence = [EvidenceItem(**{**follow.leans_on, "n": 1})] if follow.leans_on else []
    return Understood(plan=made, evidence=evidence)


def _of_last(
    question: str, request: Request, turns: Sequence[Turn], resources: Resources
) -> Understood:
    """Do with what was shown last what is asked: cut it, write it up, say it."""
    shown, evidence = last_shown(turns), shown_last(turns)
    if shown is None:
        query = TemporalQuery()
        return Understood(plan=_plan(question, plain_plan(query), query, query.words(), "rules",
                                     lost()))
    query = event_of(shown)
    steps = laid_out(request, query, resources.media, [Find(id=FIRST, query=query)])
    only_said = not request.makes
    words = f"take what was shown last: “{' '.join(shown['text'].split())[:60]}”"
    made = _plan(question, steps, query, words, "rules", "", fact=AGAIN if only_said else "")
    known = act(FIRST, "find", "taken from the last answer", evidence=evidence,
                found={"query": made["query"]})
    numbered = evidence if only_said else []
    return Understood(plan=made, acts=(known,), evidence=numbered)


def _read(
    question: str, follow: FollowUp, resources: Resources
) -> tuple[TemporalQuery, str]:
    """Return what is searched for, and who read it."""
    reading = follow.reading
    if follow.leans_on or not is_worth_asking(reading):
        return reading.query, "rules"
    try:
        with map_errors(resources.chat_name):
            proposal = ask_for_query(question, resources.chat())
    except ModelError as exc:
        _log.warning("planned by rules alone: %s", exc)
        return reading.query, "rules"
    joined = proposal and reconciled(proposal, reading, question)
    return (joined, f"rules and {resources.chat_name}") if joined else (reading.query, "rules")

