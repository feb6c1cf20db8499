import random
import re
import string
from pathlib import Path

import pytest

from bench.temporal.anchors import HALVES, Anchors, read_paraphrases
from bench.temporal.drafts import Drawer
from bench.temporal.generate import (
    DRAFTS,
    NEIGHBOURS,
    PARAPHRASED,
    Question,
    generate,
    namings,
    wordings,
    write,
)
from bench.temporal.render import blanks, length, rendered
from bench.temporal.transcript import Transcript, content, words
from tests.bench.temporal_oracle import Oracle
from trikal.indexes.intervals import Interval
from trikal.media.timedtext import Cue, read_timed_text

HERE = Path(__file__).resolve()
APOLLO = HERE.parents[3] / "shared" / "data" / "apollo13" / "utterances.jsonl"
PARAPHRASES = HERE.parents[2] / "bench" / "temporal" / "paraphrases_apollo13.jsonl"
needs_apollo = pytest.mark.skipif(not APOLLO.exists(), reason="the transcript is not here")

_TOPICS = ("solar panels", "river bridge", "market square", "copper wires", "night train",
           "water tower")
_ACTORS = ("baker", "teacher", "captain", "farmer", "painter", "doctor", "sailor", "miller",
           "singer", "hunter", "tailor", "butcher", "weaver", "driver", "porter", "lawyer")
_DEEDS = ("repaired", "measured", "described", "photographed", "inspected")
_SPEAKERS = ("ANNA", "BORIS", "CLEO")


def _village() -> list[Cue]:
    """Eighty sentences: topics come back, and no sentence is said twice."""
    rng = random.Random(7)
    pairs = [(actor, deed) for actor in _ACTORS for deed in _DEEDS]
    rng.shuffle(pairs)
    cues, at = [], 4_000
    for n, (actor, deed) in enumerate(pairs):
        topic = _TOPICS[rng.randrange(len(_TOPICS))]
        lasts = 3_000 + 500 * (n % 5)
        # Now and then two speak at once, or nobody does.
        cues.append(Cue(start_ms=at, end_ms=at + lasts, speaker=_SPEAKERS[rng.randrange(3)],
                        text=f"Our old {actor} {deed} the {topic} near Hill {n}."))
        at += lasts + rng.choice((0, 0, 0, 700, 20_000, -400))
    return cues


VILLAGE = Transcript(_village(), "village.jsonl")
TOLD = {cue.text: f"somebody from the neighbourhood dealt with it as case {'xyz'[n % 3] * (n + 1)}"
        for n, cue in enumerate(VILLAGE.cues[10:70])}


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return generate(VILLAGE, TOLD, per_relation=16)


def _check(question: Question, oracle: Oracle) -> None:
    cues, value = oracle.answer(question.relation, question.given)
    assert [(cue.start_ms, cue.end_ms) for cue in cues] == question.gold, question
    assert value == question.value, question
    for blank in ("T", "P", "R"):
        assert question.given.get(blank, "").casefold() in question.question.casefold()
    for blank in ("A", "B"):
        event = question.given.get(blank, {"words": ""})
        assert event["words"].casefold() in question.question.casefold(), question


def test_gold_is_what_a_second_reckoning_finds(questions: list[Question]) -> None:
    oracle = Oracle(VILLAGE.cues, TOLD)
    for question in questions:
        _check(question, oracle)


def test_every_relation_is_asked_about_in_both_halves(questions: list[Question]) -> None:
    made = {(q.half, q.anchors, q.relation) for q in questions}
    quoted = {(half, "quoted", relation) for half in HALVES for relation in DRAFTS}
    told = {(half, "paraphrased", relation) for half in HALVES for relation in PARAPHRASED}
    assert made == quoted | told


def test_time_decides_between_the_mentions_of_a_target(questions: list[Question]) -> None:
    with_target = [q for q in questions if "T" in q.given]
    assert with_target
    for question in with_target:
        everywhere = VILLAGE.holding(question.given["T"])
        assert len(everywhere) >= 2 * len(question.gold)


def test_what_is_asked_for_at_a_limit_is_said_close_to_it_on_both_sides() -> None:
    rng = random.Random(3)
    draw = Drawer(VILLAGE, Anchors(VILLAGE, "dev", {}), "quoted", rng)
    for window in (Interval.until(300_000), Interval.since(250_000), Interval(150_000, 400_000)):
        phrase, gold = draw.target_beside(window)
        outside = set(phrase.at) - set(gold)
        assert all(VILLAGE.spans[n].overlaps(window) for n in gold)
        assert not any(VILLAGE.spans[n].overlaps(window) for n in outside)
        assert len(outside) >= len(gold) > 0


def test_neighbours_are_asked_of_one_of_several_utterances_that_say_the_same(
    questions: list[Question],
) -> None:
    asked = [q for q in questions if q.relation in ("right before", "right after")]
    assert {q.given["A"].get("which") for q in asked if q.anchors == "quoted"} == {
        "second", "third", "last", "by"}
    for question in asked:
        told = question.given["A"]
        if question.anchors == "quoted":
            assert len(VILLAGE.holding(told["words"])) > 1
            assert told["which"] in question.question or told["speaker"] in question.question


def test_something_that_goes_on_holds_what_is_asked_for_and_so_does_the_rest(
    questions: list[Question],
) -> None:
    asked = [q for q in questions if q.relation == "during"]
    for question in asked:
        start, end = question.given["A"]["start_ms"], question.given["B"]["end_ms"]
        said = [VILLAGE.spans[n] for n in VILLAGE.holding(question.given["T"])]
        inside = [(each.start_ms, each.end_ms) for each in said
                  if each.start_ms < end and each.end_ms > start]
        assert inside == question.gold
        assert len(said) >= 2 * len(inside)


def test_one_seed_makes_the_same_questions_and_another_others(tmp_path: Path) -> None:
    texts = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        transcript = Transcript(_village(), "village.jsonl")
        write(generate(transcript, TOLD, per_relation=2, seed=seed), tmp_path / name)
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1] != texts[2]


def test_halves_share_no_anchor_and_no_paraphrase(questions: list[Question]) -> None:
    named = {half: {(q.given[name]["words"], q.given[name]["start_ms"]) for q in questions
                    if q.half == half for name in "AB" if name in q.given} for half in HALVES}
    assert named["dev"]
    assert not named["dev"] & named["test"]


def test_halves_share_no_wording_and_each_has_six_for_every_relation() -> None:
    dev, test = wordings("dev"), wordings("test")
    assert set(dev) == set(test) == set(DRAFTS)
    for relation in DRAFTS:
        assert set(dev[relation]) == set(test[relation])
        ours, theirs = ([_bare(w) for table in half[relation].values() for w in table]
                        for half in (dev, test))
        assert min(len(ours), len(theirs)) >= 6, relation
        assert len({*ours, *theirs}) == len(ours) + len(theirs), relation


def test_halves_name_a_mention_in_other_words() -> None:
    named = [{_bare(each) for table in namings(half).values() for forms in table.values()
              for each in forms} for half in HALVES]
    assert len(named[0] & named[1]) == 0
    assert min(map(len, named)) >= 8


def test_wordings_have_the_blanks_that_their_questions_fill(questions: list[Question]) -> None:
    for half in HALVES:
        for relation, tables in wordings(half).items():
            for form, table in tables.items():
                made = [q for q in questions if q.relation == relation and q.given["form"] == form]
                assert made, (relation, form)
                given = {blank for blank in made[0].given if blank != "form"}
                for wording in table:
                    assert {blank.rstrip("NSQ") or "S" for blank in blanks(wording)} == given


@pytest.mark.parametrize("ms", [1000, 59_000, 60_000, 754_000, 3_600_000, 201_293_000])
def test_a_written_time_means_what_was_meant(ms: int) -> None:
    for seed in range(20):
        text = rendered("{t}", random.Random(seed), anchors={}, phrases={}, times={"t": ms},
                        plain={})
        assert _read_time(text) == ms, text


@pytest.mark.parametrize(("ms", "texts"), [
    (60_000, {"a minute", "one minute", "1 minute"}), (90_000, {"90 seconds"}),
    (3_600_000, {"an hour", "one hour", "1 hour"}), (7_200_000, {"two hours", "2 hours"}),
])
def test_a_written_length_means_what_was_meant(ms: int, texts: set[str]) -> None:
    assert {length(ms, random.Random(seed)) for seed in range(60)} == texts


def test_a_phrase_counts_as_whole_words_and_not_beside_another_form_of_it() -> None:
    said = ["fuel cell purge", "the fuel cells", "another fuel cell", "refuel cell", "a Fuel, cell",
            "gold mirror here", "gold mirror there"]
    cues = [Cue(start_ms=n * 1000, end_ms=n * 1000 + 900, text=text)
            for n, text in enumerate(said)]
    transcript = Transcript(cues, "talk.srt")
    assert transcript.holding("fuel cell") == [0, 2, 4]
    phrases = {phrase.text: phrase.at for phrase in transcript.phrases}
    assert phrases["gold mirror"] == (5, 6)
    assert "fuel cell" not in phrases


def test_subtitles_make_questions_too(tmp_path: Path) -> None:
    path = tmp_path / "village.srt"
    path.write_text("\n\n".join(
        f"{n}\n{_srt(cue.start_ms)} --> {_srt(cue.end_ms)}\n{cue.speaker}: {cue.text}"
        for n, cue in enumerate(VILLAGE.cues, start=1)))
    made = generate(Transcript.read(path), {}, per_relation=2)
    assert {q.relation for q in made} == set(DRAFTS)
    assert {q.anchors for q in made} == {"quoted"}
    oracle = Oracle(read_timed_text(path), {})
    for question in made:
        _check(question, oracle)


@needs_apollo
def test_paraphrases_are_of_utterances_said_once_and_share_few_words() -> None:
    said = [cue.text for cue in read_timed_text(APOLLO)]
    paraphrases = read_paraphrases(PARAPHRASES)
    assert len(paraphrases) >= 160
    for text, paraphrase in paraphrases.items():
        assert said.count(text) == 1, text
        assert len(words(text)) >= 8, text
        telling = content(paraphrase)
        assert len(content(text) & telling) <= 0.35 * len(telling), paraphrase
    assert len(set(paraphrases.values())) == len(paraphrases)


def test_of_a_whole_file_every_paraphrase_is_asked_about_in_one_half() -> None:
    told = {text: each for text, each in list(TOLD.items())[:8]}
    halves = [{q.given["A"]["text"] for q in generate(VILLAGE, told, per_relation=12,
                                                      is_whole=is_whole)
               if q.anchors == "paraphrased" and q.half == "dev" and "A" in q.given}
              for is_whole in (False, True)]
    assert halves[0] == set(list(told)[::2])
    assert halves[1] == set(told)


def test_every_told_event_is_asked_for_its_neighbours_once() -> None:
    made = [q for q in generate(VILLAGE, TOLD, per_relation=3, every_told=True)
            if q.anchors == "paraphrased" and q.half == "test"]
    for relation in PARAPHRASED:
        named = [q.given["A"]["text"] for q in made if q.relation == relation and "A" in q.given]
        if relation in NEIGHBOURS:
            assert named == [text for text in list(TOLD)[1::2] if text in named]
            assert len(named) >= 28
        else:
            assert len(named) <= 3


@needs_apollo
def test_the_second_set_of_paraphrases_is_of_other_utterances() -> None:
    said = [cue.text for cue in read_timed_text(APOLLO)]
    second = read_paraphrases(PARAPHRASES.with_name("paraphrases_apollo13_dev2.jsonl"))
    assert len(second) >= 60
    assert not set(second) & set(read_paraphrases(PARAPHRASES))
    assert all(said.count(text) == 1 for text in second)
    shares = [len(content(text) & content(told)) / len(content(told))
              for text, told in second.items()]
    # Kept as they were written, before anything was tried on them: 14 are nearer than the first.
    assert sum(share > 0.35 for share in shares) <= 14
    assert sum(shares) / len(shares) <= 0.25


@pytest.mark.thorough
@needs_apollo
def test_gold_on_a_whole_mission_is_what_a_second_reckoning_finds() -> None:
    paraphrases = read_paraphrases(PARAPHRASES)
    transcript = Transcript.read(APOLLO)
    oracle = Oracle(read_timed_text(APOLLO), paraphrases)
    made = generate(transcript, paraphrases, per_relation=1, seed=5)
    assert len(made) == 2 * (len(DRAFTS) + len(PARAPHRASED))
    for question in made:
        _check(question, oracle)


def _bare(wording: str) -> str:
    return re.sub(rf"[{string.punctuation}\s]+", " ", wording.casefold()).strip()


def _srt(ms: int) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"


def _read_time(text: str) -> int:
    if ":" in text:
        *hours, minutes, seconds = map(int, text.split(":"))
        return ((sum(hours) * 60 + minutes) * 60 + seconds) * 1000
    units = {"h": 3_600_000, "m": 60_000, "s": 1000}
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+) ?([hms])", text))
