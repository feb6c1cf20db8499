"""The commands, with the real embedding model and the real engine; no chat model is needed."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import typer

from tests.app.conftest import Trikal
from tests.sampling import sampled
from trikal.app import commands
from trikal.app.commands import COMMANDS
from trikal.serving.models import Models

NO_COMMANDS = {"deciding"}
"""Modules beside the commands: what `trikal models` has of its own."""


def test_ingest_then_search_finds_the_moment(trikal: Trikal, harbour: Path) -> None:
    assert trikal("ingest", harbour).code == 0
    hits = trikal("search", "when can I take the boat?", "--json").json
    assert hits[0]["text"] == "The ferry to the island leaves every hour."
    assert (hits[0]["start_ms"], hits[0]["end_ms"]) == (5000, 8000)
    assert hits[0]["path"] == str(harbour)
    assert set(hits[0]) >= {"n", "media_id", "path", "track", "start_ms", "end_ms", "text", "score"}
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)


def test_ingesting_again_does_nothing_and_says_so(trikal: Trikal, harbour: Path) -> None:
    trikal("ingest", harbour)
    again = trikal("ingest", harbour)
    assert again.code == 0
    assert "nothing to do" in again.err.lower()


def test_ingest_prints_json_lines_for_machines(trikal: Trikal, harbour: Path) -> None:
    lines = [json.loads(line) for line in trikal("ingest", harbour, "--json").out.splitlines()]
    assert lines[-1]["event"] == "file"
    assert lines[-1]["status"] == "done"
    assert lines[-1]["moments"] == 4
    assert {line["stage"] for line in lines[:-1]} == {"identify", "listen", "store"}


def test_a_search_can_be_narrowed_in_time(filled: Trikal) -> None:
    hits = filled("search", "bridge", "--from", "0:05", "--to", "0:09", "--json").json
    assert {hit["start_ms"] for hit in hits if hit["start_ms"] >= 5000} == {5000}
    assert all(hit["start_ms"] < 9000 and hit["end_ms"] > 5000 for hit in hits)


def test_many_queries_give_one_json_line_each(
    filled: Trikal, tmp_path: Path
) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("green bridge\nlighthouse\n")
    lines = filled("search", "--queries", queries).out.splitlines()
    assert len(lines) == 2
    assert "bridge" in json.loads(lines[0])[0]["text"]
    assert "lighthouse" in json.loads(lines[1])[0]["text"]


def test_what_came_right_after_is_answered_by_the_moment_itself(
    filled: Trikal
) -> None:
    reply = filled("ask", "The harbour bridge was painted green; what came next?", "--json").json
    assert set(reply) == {"answer", "language", "citations", "found", "parts", "plan", "triage",
                          "notices", "timings_ms", "files", "nearest", "acts", "judgement",
                          "budget"}
    assert reply["found"] is True
    assert reply["answer"] == "“The ferry to the island leaves every hour.” [1]"
    assert [c["start_ms"] for c in reply["citations"]] == [5000]


def test_the_model_that_a_question_is_for_begins_to_load_at_once(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: list[str] = []
    monkeypatch.setattr(Models, "expect", lambda _, question: expected.append(question))
    question = "Who painted the harbour bridge?"
    assert filled("ask", question, "--json").code == 0
    assert expected == [question]


def test_a_question_about_a_time_cites_what_stands_there(filled: Trikal) -> None:
    reply = filled("ask", "What was said at 0:10?", "--json").json
    assert [c["start_ms"] for c in reply["citations"]] == [9000]


def test_what_the_archive_does_not_tell_is_said_so(filled: Trikal) -> None:
    reply = filled("ask", "Who won the tennis match?", "--json").json
    assert reply["found"] is False
    assert reply["citations"] == []
    assert "does not tell" in reply["answer"]


def test_an_event_that_is_nowhere_is_no_anchor(filled: Trikal) -> None:
    reply = filled("ask", "What was said right after the dragon burned the castle?", "--json").json
    assert reply["found"] is False


def test_explain_shows_plan_and_search(filled: Trikal) -> None:
    shown = filled("ask", "What was said at 0:10?", "--explain").out
    assert "plan (rules)" in shown
    assert "0:09–0:12" in shown


def test_media_are_listed_shown_and_removed(filled: Trikal) -> None:
    (row,) = filled("media", "list", "--json").json
    assert (row["name"], row["kind"], row["moments"]) == ("harbour.srt", "text", 4)
    (details,) = filled("media", "show", "harbour", "--json").json
    assert [moment["start_ms"] for moment in details["observed"]] == [1000, 5000, 9000]
    assert filled("media", "remove", "harbour").code == 0
    assert filled("media", "list", "--json").json == []
    assert filled("search", "bridge", "--json").json == []


def test_reindex_builds_the_same_index_again(filled: Trikal) -> None:
    before = filled("search", "green bridge", "--json").json
    assert filled("reindex", "--json").json["moments"] == 4
    assert filled("search", "green bridge", "--json").json == before


def test_models_says_what_fills_each_role(trikal: Trikal) -> None:
    rows = {row["role"]: row for row in trikal("models", "--json").json}
    assert "onnx" in rows["text-embedding"]["backend"]
    assert "vision" in rows


def test_doctor_looks_at_everything(filled: Trikal) -> None:
    found = {finding["what"]: finding for finding in filled("doctor", "--json").json}
    assert found["decoding"]["state"] == "ok"
    assert found["text-embedding"]["state"] == "ok"
    assert "1 media, 4 moments" in found["archive"]["detail"]


def test_version_and_help(trikal: Trikal) -> None:
    assert trikal("--version").out.startswith("trikal 0.")
    assert "ingest" in trikal("--help").out


def test_an_unknown_command_and_a_missing_argument_are_wrong_usage(trikal: Trikal) -> None:
    for arguments in (("sing",), ("ask",), ("media", "sing"), ("search", "x", "--limit", "0")):
        outcome = trikal(*arguments)
        assert outcome.code == 2
        assert "Traceback" not in outcome.err


def test_nothing_asked_shows_what_can_be(trikal: Trikal) -> None:
    for arguments in ((), ("media",)):
        outcome = trikal(*arguments)
        assert outcome.code == 2
        assert "--help" in outcome.out + outcome.err


@pytest.mark.parametrize("command", [
    "ingest", "ask", "chat", "search", "media", "models", "say", "doctor", "reindex", "demo"])
def test_every_command_explains_itself(trikal: Trikal, command: str) -> None:
    assert f"  {command} " in trikal("--help").out.replace("│", " ")
    outcome = trikal(command, "--help")
    assert outcome.code == 0
    assert f" {command} [OPTIONS]" in outcome.out


NOT_FOR_HELP = frozenset({
    "av", "babel", "cv2", "faster_whisper", "httpx", "langchain_core", "langchain_openai",
    "langcodes", "langgraph", "num2words", "numpy", "onnx", "onnxruntime", "openai", "piper",
    "pydantic", "qdrant_client", "qdrant_edge", "sqlalchemy", "torch", "transformers", "xllamacpp",
})
NOT_FOR_LISTS = NOT_FOR_HELP - {"langcodes", "numpy", "pydantic", "sqlalchemy"}


@pytest.mark.parametrize(("arguments", "says", "heavy"), sampled([
    (("--version",), "trikal 0.", NOT_FOR_HELP), (("--help",), "Usage: trikal", NOT_FOR_HELP),
    ((), "Usage: trikal", NOT_FOR_HELP),
    (("media",), "trikal media", NOT_FOR_LISTS | {"numpy", "sqlalchemy"}),
    (("media", "list"), "", NOT_FOR_LISTS), (("models",), "text-embedding", NOT_FOR_LISTS),
    (("ask", "--help"), "trikal ask", NOT_FOR_LISTS - {"av", "qdrant_edge"}),
], 4))
def test_what_only_tells_comes_without_loading_anything_heavy(
    tmp_path: Path, arguments: tuple[str, ...], says: str, heavy: frozenset[str]
) -> None:
    program = (
        f"import sys\nfrom trikal.app.cli import main\nsys.argv = ['trikal', *{arguments!r}]\n"
        "try:\n    main()\nfinally:\n    print('\\nloaded', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          cwd=tmp_path)
    told, _, modules = done.stdout.rpartition("\nloaded ")
    assert says in told + done.stderr
    assert heavy & set(modules.split()) == set()


def test_the_list_of_commands_says_of_each_what_its_own_help_says_first() -> None:
    assert set(COMMANDS) == {each.name for each in iter_modules(commands.__path__)} - NO_COMMANDS
    for name, said in COMMANDS.items():
        command = typer.main.get_command(import_module(f"trikal.app.commands.{name}").app)
        assert (command.help or "").splitlines()[0] == said


def test_garbage_is_looked_for_while_a_command_runs_and_not_when_all_is_over() -> None:
    program = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: print('end', gc.isenabled(), gc.get_freeze_count() > 10_000))\n"
        "from trikal.app import cli\nfrom trikal.app.commands import media\n"
        "media.load_settings = lambda **_: print('runs', gc.isenabled()) or sys.exit(3)\n"
        "sys.argv = ['trikal', 'media', 'list']\n"
        "try:\n    cli.main()\nfinally:\n    print('after', gc.isenabled())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines() == ["runs True", "after True", "end False True"]


@pytest.mark.parametrize("command", [("media", "list"), ("doctor",), ("search", "x")])
def test_ctrl_c_in_any_command_is_one_sentence(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    trikal(*command)
    monkeypatch.setattr(f"trikal.app.commands.{command[0]}.load_settings", stop)
    outcome = trikal(*command)
    assert outcome.code == 130
    assert outcome.err.startswith("error: stopped; what was finished is kept")
    assert len(outcome.err.strip().splitlines()) == 1


def test_a_part_has_ends_and_citations_of_its_own(filled: Trikal) -> None:
    (part, *_) = filled("search", "the part about the lighthouse", "--json").json
    assert part["start_ms"] <= part["best"]["start_ms"] < part["best"]["end_ms"] <= part["end_ms"]
    assert part["best"]["text"] == "A storm closed the lighthouse for three weeks."
    assert part["best"] == part["moments"][0]


def test_any_query_gives_parts_when_they_are_asked_for(filled: Trikal) -> None:
    shown = filled("search", "lighthouse", "--spans", "--explain")
    assert shown.code == 0
    assert "(part, " in shown.out
    assert "find the part about “lighthouse”" in shown.out
    assert filled("search", "lighthouse", "--spans", "--plain").code == 2
