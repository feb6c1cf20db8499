"""Plans that do more than ask: cut, written up, said, looked at again, within a budget."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from PIL import Image

from tests.fakes import (
    FakeChat,
    FakeDescriber,
    FakeEmbedder,
    FakeModels,
    FakeScreenReader,
    FakeTranscriber,
    FakeVoice,
    utterance,
)
from tests.graph.films import Film, archived
from tests.serving.avatars import Still
from tests.serving.portraits import portrait
from trikal.graph.budget import Limits
from trikal.graph.build import build_graph
from trikal.graph.memory import Memories
from trikal.graph.sessions import thread
from trikal.moments import Track
from trikal.tools.relevance import Relevance
from trikal.tools.show import Portrayed, Presenter

SAID = (
    (Track.SPEECH, 0, 4_000, "The harbour bridge was painted green in April."),
    (Track.SPEECH, 5_000, 9_000, "The ferry to the island leaves every hour."),
    (Track.SPEECH, 10_000, 14_000, "A storm closed the lighthouse for three weeks."),
    (Track.SPEECH, 15_000, 19_000, "The keeper of the lighthouse is called Anita Rao."),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    with archived(tmp_path_factory.mktemp("film"), SAID) as made:
        yield made


@pytest.fixture(scope="module")
def mumbled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    with archived(tmp_path_factory.mktemp("mumbled"), SAID, confidence=0.2) as made:
        yield made


STORM = SAID[2][3]
TOOFAN = "तूफ़ान ने लाइटहाउस को तीन हफ़्ते बंद रखा।"


class Alike(FakeEmbedder):
    """An embedder to which a text and its translation are one."""

    def _vector(self, text: str) -> Any:
        return super()._vector(STORM if text == TOOFAN else text)


class Bilingual(FakeChat):
    """Writes the same sentence whatever it is asked for, and puts it into Hindi in one way."""

    hindi: str = TOOFAN

    def _next(self, messages: list[BaseMessage], bound: dict[str, Any]) -> str:
        translates = str(messages[0].content).startswith("Translate")
        return self.hindi if translates else f"{STORM} [1]"


class Talk:
    """A session with tools; a chat model that follows a script."""

    def __init__(self, film: Film, outputs: Path, *script: Any, **more: Any) -> None:
        self.chat = FakeChat(replies=list(script) or ["Nothing. [1]"])
        self.outputs = outputs
        self.context = film.context(self.chat, outputs=outputs, **more)
        self.agent = build_graph(InMemorySaver())

    def __call__(self, given: Any) -> dict[str, Any]:
        asked = {"question": given} if isinstance(given, str) else given
        return self.agent.invoke(asked, thread("talk"), context=self.context)

    def speaks(self, chat: FakeChat) -> None:
        """Let answers be wanted in Hindi, which the chat model can write."""
        held = self.context.resources
        assert held is not None
        self.context = replace(self.context, resources=replace(
            held, chat=lambda: chat, writes=lambda _: True,
            memories=lambda: Memories(language="hi"),
            relevance=Relevance(Alike(), self.outputs / "alike.npy"),
            toolbox=replace(held.tools(), models=FakeModels(chat=chat))))

    def done(self, reply: dict[str, Any]) -> list[tuple[str, str]]:
        return [(each["do"], each["status"]) for each in reply["acts"]]

    def files(self) -> list[str]:
        return sorted(each.name for each in self.outputs.glob("*")) if (
            self.outputs.exists()) else []


def test_a_clip_is_cut_of_the_moment_that_is_cited(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    reply = ask("Make a clip of the storm that closed the lighthouse")
    assert ask.done(reply) == [("find", "done"), ("answer", "done"), ("clip", "done")]
    (file,) = reply["files"]
    assert Path(file["path"]).is_file()
    assert file["duration_ms"] == pytest.approx(4_500, abs=80)
    assert [each["start_ms"] for each in reply["citations"]] == [10_000]
    assert ask.chat.prompts == []


@pytest.mark.parametrize(("request_", "kind"), [
    ("Make a clip of the film from 0:04 to 0:08", "clip"), ("Export the film as SRT", "export"),
])
def test_the_film_is_the_one_there_is(
    film: Film, tmp_path: Path, request_: str, kind: str
) -> None:
    ask = Talk(film, tmp_path)
    reply = ask(request_)
    assert [each["kind"] for each in reply["files"]] == [kind]
    assert ("find", "done") not in ask.done(reply)


def test_the_same_request_makes_no_second_file(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    first = ask("Make a clip of the storm that closed the lighthouse")["files"][0]["path"]
    before = Path(first).stat().st_mtime_ns
    again = ask("Make a clip of the storm that closed the lighthouse")["files"][0]["path"]
    assert (again, Path(again).stat().st_mtime_ns) == (first, before)
    assert len(ask.files()) == 1


def test_a_reel_of_what_is_not_there_is_not_cut(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    reply = ask("Make a clip of the football match in Munich")
    assert reply["found"] is False
    assert ("clip", "left out") in ask.done(reply)
    assert ask.files() == []


def test_show_me_cuts_what_was_shown_last(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    ask("What was said at 0:06?")
    reply = ask("Show me")
    assert [each["start_ms"] for each in reply["citations"]] == [5_000]
    assert [each["kind"] for each in reply["files"]] == ["clip"]


def test_in_hindi_aloud_says_the_last_answer(film: Film, tmp_path: Path) -> None:
    voice = FakeVoice()
    ask = Talk(film, tmp_path, voice=voice)
    first = ask("What was said at 0:06?")
    reply = ask("In Hindi, aloud")
    assert reply["answer"] == first["answer"]
    assert reply["citations"] == first["citations"]
    assert [each["kind"] for each in reply["files"]] == ["say"]
    assert "ferry" in " ".join(voice.said)
    assert "[1]" not in " ".join(voice.said)
    say = next(each for each in reply["plan"]["steps"] if each["do"] == "say")
    assert say["language"] == "hi"


def test_a_request_about_nothing_shown_is_asked_back(film: Film, tmp_path: Path) -> None:
    reply = Talk(film, tmp_path)("Show me")
    assert reply["found"] is False
    assert "Nothing was shown yet" in reply["answer"]


def test_an_avatar_that_is_not_here_is_told_and_a_voice_says_it(
    film: Film, tmp_path: Path
) -> None:
    ask = Talk(film, tmp_path, voice=FakeVoice())
    reply = ask("What was said at 0:06? Let an avatar say it")
    assert any("avatar" in each for each in reply["notices"])
    assert "it is said instead of shown" in reply["notices"]
    assert [each["kind"] for each in reply["files"]] == ["say"]
    assert reply["plan"]["planner"].endswith("anew")


def test_a_voice_that_is_missing_is_told_and_the_answer_stands(
    film: Film, tmp_path: Path
) -> None:
    reply = Talk(film, tmp_path)("What was said at 0:06? Say it in Hindi")
    assert reply["found"] is True
    assert reply["files"] == []
    assert any("the step say failed" in each for each in reply["notices"])


def test_a_summary_cites_what_it_is_written_from(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path, "A storm closed the lighthouse for three weeks. [1]")
    reply = ask("Summarise what is said about the storm that closed the lighthouse for three weeks")
    assert ("compose", "done") in ask.done(reply)
    assert reply["citations"]
    assert all(f"[{each['n']}]" in reply["answer"] for each in reply["citations"])


@pytest.mark.parametrize(("asked", "form"), [
    ("Summarise", "{} [1]"), ("Write a brief on", "- {} [1]"),
    ("Write a script about", "(harbour.mp4 0:10–0:14)\n{} [1]"),
])
def test_what_is_composed_keeps_its_form_in_another_language(
    film: Film, tmp_path: Path, asked: str, form: str
) -> None:
    ask = Talk(film, tmp_path)
    ask.speaks(Bilingual())
    reply = ask(f"{asked} what is said about the storm at the lighthouse")
    assert reply["answer"] == form.format(TOOFAN)
    assert reply["language"] == "hi"
    assert [each["start_ms"] for each in reply["citations"]] == [10_000]


def test_what_could_not_be_put_into_another_language_is_left_whole_and_told(
    film: Film, tmp_path: Path
) -> None:
    ask = Talk(film, tmp_path)
    ask.speaks(Bilingual(hindi="तूफ़ान ने 99 हफ़्ते बंद रखा।"))
    reply = ask("Write a brief on what is said about the storm at the lighthouse")
    assert (reply["answer"], reply["language"]) == (f"- {STORM} [1]", "en")
    assert any("अंग्रेज़ी" in each for each in reply["notices"])


def test_the_titles_of_chapters_stay_the_archive_s_words(film: Film, tmp_path: Path) -> None:
    plain = Talk(film, tmp_path)("List the chapters of harbour.mp4")
    ask = Talk(film, tmp_path)
    ask.speaks(FakeChat(replies=[AssertionError("nothing of it is the model's")]))
    assert ask("List the chapters of harbour.mp4")["answer"] == plain["answer"]


def test_the_chapters_of_a_film_are_its_citations(film: Film, tmp_path: Path) -> None:
    reply = Talk(film, tmp_path)("List the chapters of harbour.mp4")
    assert reply["answer"].startswith("0:00 ")
    stored = {(each.start_ms, each.end_ms, each.text)
              for each in film.catalogue.moments(film.medium.id)}
    cited = [(each["start_ms"], each["end_ms"], each["text"]) for each in reply["citations"]]
    assert cited[0] == (0, 4_000, SAID[0][3])
    assert set(cited) <= stored
    assert reply["answer"].splitlines()[-1].endswith(f"[{len(cited)}]")


def test_checkpoints_hold_plain_values_only(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    for question in ("What was said at 0:06?", "When was that?", "List the chapters of harbour.mp4",
                     "Save the subtitles of harbour.mp4 as VTT", "Show me"):
        ask(question)
    states = list(ask.agent.get_state_history(thread("talk")))
    kinds = {kind for state in states for kind in _kinds(state.values)}
    assert kinds <= {str, int, float, bool, type(None)}


def _kinds(value: Any) -> Iterator[type]:
    """Yield the types of the leaves of plain data."""
    if isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _kinds(each)
    else:
        yield type(value)


def test_the_screen_is_read_where_the_archive_holds_nothing(film: Film, tmp_path: Path) -> None:
    reader = FakeScreenReader(["GATE SEVEN"])
    ask = Talk(film, tmp_path, screen_reader=reader)
    reply = ask("What is on the screen at 0:12?")
    assert reply["found"] is True
    assert "GATE SEVEN" in reply["answer"]
    (citation,) = reply["citations"]
    assert (citation["source"], citation["track"]) == ("observed now", "screen")
    assert citation["start_ms"] == 12_000
    assert reader.seen


def test_a_whole_film_is_looked_at_in_stretches_each_with_its_time(
    film: Film, tmp_path: Path
) -> None:
    reply = Talk(film, tmp_path, describer=FakeDescriber())("What can be seen in harbour.mp4?")
    (look,) = [each for each in reply["acts"] if each["do"] == "look"]
    spans = [(each["start_ms"], each["end_ms"]) for each in look["evidence"]]
    assert sorted(spans) == [(0, 10_000), (10_000, 20_000)]
    assert "mostly" in reply["answer"]


def test_where_nothing_sure_is_seen_what_can_be_read_is_told(tmp_path: Path) -> None:
    slides = [*SAID, (Track.SCREEN, 0, 9_000, "Harbour bridge")]
    with archived(tmp_path, slides) as film:
        ask = Talk(film, tmp_path / "out")
        reply = ask("What can be seen in harbour.mp4 at 0:03?")
    assert {("find", "done"), ("look", "failed")} <= set(ask.done(reply))
    assert reply["answer"] == "“Harbour bridge” [1]"


def test_where_nothing_at_all_is_seen_the_look_says_why(film: Film, tmp_path: Path) -> None:
    reply = Talk(film, tmp_path)("What can be seen in harbour.mp4?")
    assert reply["found"] is False
    assert "no model for vision" in reply["answer"]


def test_what_is_seen_while_something_is_said_is_looked_at_there(
    film: Film, tmp_path: Path
) -> None:
    ask = Talk(film, tmp_path, describer=FakeDescriber())
    reply = ask("What is in the picture when the ferry to the island is mentioned?")
    assert ask.done(reply)[:2] == [("find", "done"), ("look", "done")]
    assert {each["track"] for each in reply["citations"]} == {"caption"}


def test_a_second_look_that_sees_nothing_changes_nothing(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path, screen_reader=FakeScreenReader([]))
    reply = ask("What is on the screen at 0:12?")
    assert reply["found"] is False
    assert ("read", "done") in ask.done(reply)


def test_speech_that_was_heard_badly_is_heard_again(mumbled: Film, tmp_path: Path) -> None:
    heard = FakeTranscriber([utterance(0, 3_000, "A swarm closed the lighthouse for nine weeks.")])
    ask = Talk(mumbled, tmp_path, "The lighthouse was closed for nine weeks. [1]",
               transcriber=heard)
    reply = ask("For how many weeks was the lighthouse closed by the storm?")
    assert "nine weeks" in reply["answer"]
    assert reply["citations"][0]["source"] == "observed now"
    assert heard.heard


def test_a_second_look_that_fails_is_told(mumbled: Film, tmp_path: Path) -> None:
    reply = Talk(mumbled, tmp_path, "The storm closed it for three weeks. [1]")(
        "For how many weeks was the lighthouse closed by the storm?")
    assert any("the step listen failed" in each for each in reply["notices"])
    assert reply["citations"][0]["start_ms"] == 10_000


def test_the_nearest_moments_are_offered_and_not_claimed(film: Film, tmp_path: Path) -> None:
    reply = Talk(film, tmp_path, {"answer": "no"})("Who was the captain of the ferry in 1920?")
    if not reply["found"]:
        assert reply["citations"] == []
        assert reply["nearest"]
        assert "no answer" in reply["answer"]


@pytest.mark.parametrize(("limits", "over"), [
    (Limits(steps=1), "steps"), (Limits(seconds=1e-6), "seconds"),
])
def test_what_is_over_the_budget_is_left_out_and_told(
    film: Film, tmp_path: Path, limits: Limits, over: str
) -> None:
    ask = Talk(film, tmp_path, limits=limits)
    reply = ask("Make a clip of the storm that closed the lighthouse")
    assert ask.files() == []
    assert over in reply["budget"]["over"]
    assert any(f"the budget of {over} is spent" in each for each in reply["notices"])


def test_without_tokens_left_the_evidence_is_quoted(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path, limits=Limits(tokens=1))
    reply = ask("For how many weeks was the lighthouse closed by the storm?")
    assert reply["found"] is True
    assert reply["budget"]["limits"]["tokens"] == 1


def test_what_was_spent_is_counted(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path, "The storm closed it for three weeks. [1]")
    spent = ask("For how many weeks was the lighthouse closed by the storm?")["budget"]["spent"]
    assert spent["steps"] == 1
    assert spent["tokens"] > 20
    assert ask("What was said at 0:06?")["budget"]["spent"]["tokens"] == 0


def outside(film: Film, folder: Path, **more: Any) -> tuple[Talk, Path, dict[str, Any]]:
    target = folder / "elsewhere" / "storm.mp4"
    target.parent.mkdir()
    ask = Talk(film, folder / "outputs", **more)
    return ask, target, ask(f"Make a clip of the storm that closed the lighthouse as {target}")


def test_writing_outside_is_asked_before_anything_is_done(film: Film, tmp_path: Path) -> None:
    ask, target, reply = outside(film, tmp_path, asks_back=True)
    asked = reply["__interrupt__"][0].value
    assert asked["kind"] == "outside"
    assert asked["default"] == "keep it in the archive as storm.mp4"
    assert str(target) in asked["question"]
    assert not target.exists()
    assert ask.files() == []


def test_what_is_allowed_is_written_there(film: Film, tmp_path: Path) -> None:
    ask, target, _ = outside(film, tmp_path, asks_back=True)
    reply = ask(Command(resume="2"))
    assert [each["path"] for each in reply["files"]] == [str(target)]
    assert target.is_file()


@pytest.mark.parametrize("asks_back", [True, False])
def test_what_is_not_allowed_is_kept_in_the_archive(
    film: Film, tmp_path: Path, asks_back: bool
) -> None:
    ask, target, reply = outside(film, tmp_path, asks_back=asks_back)
    if asks_back:
        reply = ask(Command(resume=""))
    assert not target.exists()
    assert [each["path"] for each in reply["files"]] == [str(ask.outputs / "storm.mp4")]


@pytest.mark.parametrize("question", [
    "Listen again to harbour.mp4", "Listen to harbour.mp4 again",
])
def test_a_step_that_costs_too_much_is_asked_about_before_it_begins(
    film: Film, tmp_path: Path, question: str
) -> None:
    heard = FakeTranscriber()
    ask = Talk(film, tmp_path, asks_back=True, transcriber=heard, limits=Limits(seconds=3))
    reply = ask(question)
    asked = reply["__interrupt__"][0].value
    assert (asked["kind"], asked["default"]) == ("cost", "leave it out")
    assert not heard.heard
    done = ask(Command(resume="do it"))
    assert heard.heard
    assert ("listen", "done") in ask.done(done)


def test_a_step_that_costs_too_much_is_left_out_where_nobody_can_be_asked(
    film: Film, tmp_path: Path
) -> None:
    heard = FakeTranscriber()
    ask = Talk(film, tmp_path, transcriber=heard, limits=Limits(seconds=3))
    reply = ask("Listen again to harbour.mp4")
    assert not heard.heard
    assert ("listen", "left out") in ask.done(reply)
    assert any("Nobody could be asked" in each for each in reply["notices"])


def test_a_step_done_again_after_a_kill_makes_no_second_file(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    first = ask("Make a clip of the storm that closed the lighthouse")
    (name,) = ask.files()
    written = (tmp_path / name).stat().st_mtime_ns
    before = next(each for each in ask.agent.get_state_history(thread("talk"))
                  if each.next == ("present",))
    again = ask.agent.invoke(None, before.config, context=ask.context)
    assert [each["path"] for each in again["files"]] == [first["files"][0]["path"]]
    assert ask.files() == [name]
    assert (tmp_path / name).stat().st_mtime_ns == written


def test_a_name_that_is_taken_by_something_else_is_told(film: Film, tmp_path: Path) -> None:
    (tmp_path / "storm.mp4").write_text("another film")
    ask = Talk(film, tmp_path)
    reply = ask("Make a clip of the storm that closed the lighthouse as storm.mp4")
    assert reply["files"] == []
    assert any("exists" in each for each in reply["notices"])
    assert (tmp_path / "storm.mp4").read_text() == "another film"


def test_the_same_name_for_the_same_clip_is_kept(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path)
    for _ in range(2):
        reply = ask("Make a clip of the storm that closed the lighthouse as storm.mp4")
        assert [each["path"] for each in reply["files"]] == [str(tmp_path / "storm.mp4")]


PARAPHRASE = "The lighthouse stayed closed during a storm season. [1]"


@pytest.mark.parametrize(("checks", "kept"), [
    (['{"answer": "yes"}', '{"answer": "no"}'], True),
    (['{"answer": "yes"}', '{"answer": "yes"}'], False), (['{"answer": "no"}'], False),
])
def test_other_words_are_kept_only_if_a_model_that_can_tell_finds_them_said(
    film: Film, tmp_path: Path, checks: list[str], kept: bool
) -> None:
    reply = Talk(film, tmp_path, PARAPHRASE, *checks)("What closed the lighthouse?")
    assert (reply["answer"] == PARAPHRASE) == kept
    assert bool(reply["removed"]) != kept


@pytest.mark.parametrize("draft", [
    "The lighthouse stayed closed during a storm in 1987. [1]",
    "The lighthouse stayed closed during storm Ophelia. [1]",
    "The lighthouse stayed closed “during a storm season”. [1]",
])
def test_no_model_lets_a_figure_a_name_or_a_quotation_through(
    film: Film, tmp_path: Path, draft: str
) -> None:
    ask = Talk(film, tmp_path, draft, '{"answer": "yes"}', '{"answer": "no"}')
    reply = ask("What closed the lighthouse?")
    assert reply["answer"] == "“A storm closed the lighthouse for three weeks.” [1]"
    assert len(ask.chat.prompts) == 1


def test_evidence_without_the_words_of_the_question_is_not_even_shown_to_the_model(
    film: Film, tmp_path: Path
) -> None:
    ask = Talk(film, tmp_path, '{"answer": "yes"}', '{"answer": "no"}')
    reply = ask("Which admiral bombarded the northern villages near Bergen?")
    assert reply["found"] is False
    assert reply["nearest"]
    assert ask.chat.prompts == []


def test_two_searches_run_side_by_side_and_both_are_cited(
    film: Film, tmp_path: Path
) -> None:
    ask = Talk(film, tmp_path)
    reply = ask("What was said right after the one who mentioned the storm that closed the "
                "lighthouse?")
    assert [each["do"] for each in reply["acts"]] == ["find", "find", "answer"]
    assert [each["start_ms"] for each in reply["citations"]] == [15_000]
    assert ask.chat.prompts == []


def test_a_search_that_hangs_on_nothing_is_no_answer(film: Film, tmp_path: Path) -> None:
    reply = Talk(film, tmp_path)(
        "What was said right after the one who mentioned the parliament of Bhutan?")
    assert reply["found"] is False
    assert reply["citations"] == []


def test_an_answer_is_put_into_a_language_that_is_named_only(film: Film, tmp_path: Path) -> None:
    ask = Talk(film, tmp_path, "यह अनुवाद नहीं है 99", voice=FakeVoice())
    ask("What was said at 0:06?")
    plainly = ask("Say it out loud")
    assert ask.chat.prompts == []
    assert plainly["files"]
    named = ask("Say it in Hindi")
    assert len(ask.chat.prompts) == 1
    assert any("could not be put into Hindi" in each for each in named["notices"])


def test_a_model_that_does_not_write_a_language_is_not_asked_to_translate_what_is_said(
    film: Film, tmp_path: Path
) -> None:
    ask = Talk(film, tmp_path, voice=FakeVoice())
    held = ask.context.resources
    assert held is not None
    ask.context = replace(ask.context, resources=replace(held, writes=lambda _: False))
    ask("What was said at 0:06?")
    said = ask("Say it in Hindi")
    assert ask.chat.prompts == []
    assert said["files"]
    assert any("does not write Hindi" in each for each in said["notices"])


def preferring(ask: Talk, memories: Memories) -> Talk:
    assert ask.context.resources is not None
    ask.context = replace(ask.context, resources=replace(
        ask.context.resources, memories=lambda: memories))
    return ask


def test_answers_are_said_where_that_is_preferred(film: Film, tmp_path: Path) -> None:
    voice = FakeVoice()
    ask = preferring(Talk(film, tmp_path, voice=voice), Memories(aloud=True))
    reply = ask("What was said at 0:06?")
    assert [each["kind"] for each in reply["files"]] == ["say"]
    assert "ferry" in " ".join(voice.said)
    again = ask("Say it aloud")
    assert [each["kind"] for each in again["files"]] == ["say"]
    absent = ask("What was said at 9:00?")
    assert absent["found"] is False
    assert [each["kind"] for each in absent["files"]] == ["say"]


def test_a_file_that_is_named_is_made_without_a_voice_though_aloud_is_preferred(
    film: Film, tmp_path: Path
) -> None:
    ask = preferring(Talk(film, tmp_path, voice=FakeVoice()), Memories(aloud=True))
    reply = ask("Cut harbour.mp4 from 0:01 to 0:03")
    assert [each["kind"] for each in reply["files"]] == ["clip"]


def test_two_portraits_that_say_the_same_make_two_films(film: Film, tmp_path: Path) -> None:
    films = []
    for number in range(2):
        face = tmp_path / f"face{number}.png"
        Image.fromarray(portrait(160, 160 + number)).save(face)
        ask = Talk(film, tmp_path / "out", voice=FakeVoice(), avatar=Still())
        assert ask.context.resources is not None
        tools = replace(ask.context.resources.tools(), presenter=Presenter(face, Portrayed.DRAWN))
        ask.context = replace(ask.context, resources=replace(
            ask.context.resources, toolbox=tools))
        reply = ask("What was said at 0:06? Let an avatar say it")
        films.append(reply["files"][0]["path"])
    assert len(set(films)) == len(ask.files()) == 2


def test_the_question_said_again_is_no_answer_whatever_the_model_says(
    film: Film, tmp_path: Path
) -> None:
    ask = Talk(film, tmp_path, "The lighthouse closed for three weeks. [1]", '{"answer": "yes"}',
               '{"answer": "no"}')
    reply = ask("What closed the lighthouse for three weeks?")
    assert reply["answer"] == f"“{STORM}” [1]"
    assert len(ask.chat.prompts) == 1


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    said = [(Track.SPEECH, 0, 4_000, "Painting the harbour bridge is hard work."),
            (Track.SPEECH, 4_000, 8_000, "Painting the harbour bridge took eleven weeks."),
            (Track.SPEECH, 12_000, 16_000, "The ferry to the island leaves every hour.")]
    with archived(tmp_path_factory.mktemp("painted"), said) as made:
        yield made


@pytest.mark.parametrize("draft", ["It took eleven weeks. [1]", "It took ninety years. [1]"])
def test_a_length_of_time_that_somebody_tells_is_told_and_not_measured(
    painted: Film, tmp_path: Path, draft: str
) -> None:
    reply = Talk(painted, tmp_path, draft)("How long did painting the harbour bridge take?")
    assert reply["value"] is None
    assert "eleven weeks" in reply["answer"]
    assert 4_000 in [each["start_ms"] for each in reply["citations"]]


def test_a_length_of_time_that_nobody_tells_is_not_how_long_a_sentence_takes(
    film: Film, tmp_path: Path
) -> None:
    reply = Talk(film, tmp_path)("How long did the ferry to the island take?")
    assert (reply["found"], reply["value"]) == (False, None)
    assert "nothing in the archive tells how long that was" in reply["answer"]
