"""``python -m bench temporal``: make the questions, let every system answer them, print tables."""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.apollo13 import UTTERANCES
from bench.temporal.anchors import HALVES, read_paraphrases
from bench.temporal.generate import DRAFTS, Question, generate, write
from bench.temporal.score import Result, report, scored
from bench.temporal.systems import Answer, Searching, System, ordering, planning
from bench.temporal.transcript import Transcript
from trikal.app.session import Session, open_session
from trikal.graph.context import Resources
from trikal.indexes.protocol import MomentFilter
from trikal.ingest.pipeline import Pipeline
from trikal.settings import load_settings

_PARAPHRASES = Path(__file__).parent / "paraphrases_apollo13.jsonl"
_ORDERED, _PLANNED = "chat model orders", "trikal + chat plan"


def main() -> None:
    options = _options()
    transcript = Transcript.read(options.transcript)
    paraphrases = read_paraphrases(options.paraphrases) if options.paraphrases else {}
    questions = generate(transcript, paraphrases, per_relation=options.per_relation,
                         seed=options.seed, is_whole=options.whole,
                         every_told=options.every_told)
    if options.write:
        write(questions, options.write)
    wanted = [q for q in questions if q.half in options.half and q.anchors in options.anchors
              and q.relation in (options.relation or DRAFTS)]
    print(f"{len(questions)} questions made, {len(wanted)} asked", file=sys.stderr)
    if options.only_generate or not wanted:
        return
    with _session(options.archive, options.transcript) as session:
        results = _asked(session, transcript, wanted, options)
        print(report(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench temporal", description=__doc__)
    add = parser.add_argument
    add("--transcript", type=Path, default=UTTERANCES, help="a .jsonl, .srt or .vtt file")
    add("--paraphrases", type=Path, help="JSON lines with text and paraphrase")
    add("--whole", action="store_true", help="all those paraphrases belong to the one half asked")
    add("--archive", type=Path, help="an archive that holds the transcript; made when not given")
    add("--half", nargs="+", choices=HALVES, default=["test"])
    add("--anchors", nargs="+", choices=["quoted", "paraphrased"],
        default=["quoted", "paraphrased"])
    add("--relation", nargs="+", choices=list(DRAFTS), help="only these relations")
    add("--per-relation", type=int, default=26, help="questions a relation, half and anchor kind")
    add("--every-told", action=argparse.BooleanOptionalAction, default=True,
        help="ask for the neighbours of every event that is told in other words")
    add("--seed", type=int, default=1)
    add("--sample", type=int, default=5,
        help="questions a relation that the chat model orders the hits for (slow; 0 for none)")
    add("--chat", action="store_true", help="with --sample: also plan with the chat model")
    add("--systems", nargs="+",
        help=f"only these systems; “{_ORDERED}” and “{_PLANNED}” are asked the sample")
    add("--jsonl", type=Path, help="where to write the failures")
    add("--write", type=Path, help="where to write the questions")
    add("--only-generate", action="store_true")
    options = parser.parse_args()
    if options.whole and len(options.half) > 1:
        parser.error("--whole goes with one --half: both would ask for the same events")
    if options.paraphrases is None and options.transcript == UTTERANCES:
        options.paraphrases = _PARAPHRASES
    return options


@contextmanager
def _session(archive: Path | None, transcript: Path) -> Iterator[Session]:
    with ExitStack() as stack:
        folder = archive or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        session = stack.enter_context(
            open_session(load_settings(archive=folder), create=archive is None))
        if archive is None:
            print("making an archive, which takes minutes …", file=sys.stderr)
            Pipeline(session.archive.catalogue, session.index, session.models).run([transcript])
        yield session


def _asked(
    session: Session, transcript: Transcript, questions: Sequence[Question],
    options: argparse.Namespace,
) -> list[Result]:
    resources = session.resources()
    media = {each.id: each for each in session.archive.catalogue.find_media(transcript.media)}
    searching = Searching(resources, session.index,
                          MomentFilter(media_ids=tuple(media)), transcript.duration_ms)
    systems = searching.systems()
    if options.systems:
        systems = {name: each for name, each in systems.items() if name in options.systems}
    failures: list[dict[str, object]] = []
    results = _run(systems, questions, failures)
    slow = _slow(session, searching, resources, options)
    if slow:
        sample = sampled(questions, options.sample, options.seed)
        drawn = {question.id for question in sample}
        beside = [result for result in results if result.question.id in drawn]
        print(f"## {options.sample} questions a relation, with the chat model\n")
        print(report([*beside, *_run(slow, sample, failures)]))
        print("## All questions\n")
    if options.jsonl:
        lines = (json.dumps(each, ensure_ascii=False) for each in failures)
        options.jsonl.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return results


def _slow(
    session: Session, searching: Searching, resources: Resources, options: argparse.Namespace
) -> dict[str, System]:
    """Return the systems that ask the chat model, which are asked a sample only."""
    wanted = options.systems or [_ORDERED, *([_PLANNED] if options.chat else [])]
    if not options.sample:
        return {}
    slow: dict[str, System] = {}
    if _ORDERED in wanted:
        slow[_ORDERED] = ordering(searching, session.models.chat())
    if _PLANNED in wanted:
        slow[_PLANNED] = planning(searching, resources)
    return slow


def sampled(questions: Sequence[Question], count: int, seed: int) -> list[Question]:
    """Draw some questions of every relation, half and kind of anchor."""
    groups: dict[tuple[str, str, str], list[Question]] = defaultdict(list)
    for question in questions:
        groups[question.half, question.anchors, question.relation].append(question)
    rng = random.Random(seed)
    return [each for group in groups.values()
            for each in rng.sample(group, min(count, len(group)))]


def _run(
    systems: Mapping[str, System], questions: Sequence[Question],
    failures: list[dict[str, object]],
) -> list[Result]:
    results = []
    for name, system in systems.items():
        started = time.perf_counter()
        for question in questions:
            answer = system(question)
            spans = [(moment.start_ms, moment.end_ms) for moment in answer.moments]
            result = scored(question, name, spans, answer.value)
            results.append(result)
            if not result.is_right:
                failures.append(_failure(result, answer))
        took = (time.perf_counter() - started) / len(questions)
        print(f"{name}: {len(questions)} questions, {took * 1000:.0f} ms each", file=sys.stderr)
        # A run takes minutes: what is done should survive being cut off.
        print(report(results[-len(questions):]), file=sys.stderr, flush=True)
    return results


def _failure(result: Result, answer: Answer) -> dict[str, object]:
    question = result.question
    return {"system": result.system, "relation": question.relation, "question": question.question,
            "rank": result.rank, "value": answer.value, "wanted": question.value,
            **answer.notes, "gold": question.gold, "id": question.id, "given": question.given,
            "got": [(moment.start_ms, moment.end_ms, moment.text) for moment in answer.moments[:5]]}
