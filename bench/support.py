"""How often "the archive does not tell" is right, on labelled questions over three archives.

The questions (``support_questions.tsv``) were also used to choose the weight and the thresholds, so
that the figure says how well two signals can separate them, not how well they would on others.
"""

import csv
import json
import tempfile
from collections import Counter
from pathlib import Path

from bench.apollo13 import UTTERANCES
from trikal.app.commands.demo import MEMO, SCENES
from trikal.app.session import open_session
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.graph.nodes.retrieve import LIMIT
from trikal.graph.weighing.model_check import ANSWERS, BAND, LEAST_SHARED, tells
from trikal.graph.weighing.support import Support, support
from trikal.indexes.protocol import MomentFilter
from trikal.ingest.pipeline import Pipeline
from trikal.settings import load_settings
from trikal.tools.verification import carried_share

HERE = Path(__file__).parent
AZURE = UTTERANCES.parents[2] / "media" / "azure" / "references.tsv"


def _lines(texts: list[str]) -> str:
    return "\n".join(json.dumps({"start": 4 * n, "end": 4 * n + 3, "text": text})
                     for n, text in enumerate(texts))


def _archives() -> dict[str, str]:
    demo = [sentence for scene in SCENES for sentence in scene.sentences]
    slides = [", ".join(scene.slide) for scene in SCENES]
    with AZURE.open(encoding="utf-8") as file:
        readings = [row["reference"] for row in csv.DictReader(file, delimiter="\t")
                    if "audio2" not in row["file"]]
    talks = [f"{sentence}." for reading in readings for sentence in reading.split(". ")]
    talks += [
        "And so my fellow Americans, ask not what your country can do for you, ask what you can "
        "do for your country.",
        "This is the optical and science segment of the Webb Space Telescope in one of the largest "
        "clean rooms in the world",
        "at NASA's Goddard Space Flight Center in Greenbelt, Maryland.",
        "And Mr. John Dashwood had then leisure to consider how much there might be prudently in "
        "his power to do for them.",
        "He was not an ill-disposed young man.",
        "Had he married a more amiable woman, he might have been made still more respectable than "
        "he was.",
    ]
    rows = [json.loads(line) for line in UTTERANCES.read_text(encoding="utf-8").splitlines()]
    apollo = [row["text"] for row in rows if 200_900 <= row["t"] <= 204_500]
    return {"demo": _lines([*demo, *slides, *MEMO]), "talks": _lines(talks),
            "apollo": _lines(apollo)}


def _is_checked(question: str, weighed: Support, items: list[EvidenceItem]) -> bool:
    """Tell whether the agent would let the chat model judge, just below the threshold."""
    return (-BAND <= weighed.certainty < 0
            and carried_share(question, [items[0]["text"]]) >= LEAST_SHARED)


def main() -> None:
    with (HERE / "support_questions.tsv").open(encoding="utf-8") as file:
        questions = list(csv.DictReader(file, delimiter="\t"))
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, text in _archives().items():
            paths[name] = Path(folder) / f"{name}.jsonl"
            paths[name].write_text(text, encoding="utf-8")
        settings = load_settings(archive=Path(folder) / "archive")
        with open_session(settings, create=True) as session:
            reports = Pipeline(session.archive.catalogue, session.index,
                               session.models).run(list(paths.values()))
            ids = {report.path.stem: str(report.media_id) for report in reports}
            counts: Counter[tuple[bool, bool]] = Counter()
            checked: Counter[tuple[bool, bool]] = Counter()
            resources = session.resources()
            for row in questions:
                scope = MomentFilter(media_ids=(ids[row["archive"]],))
                (found,) = resources.finder.search([row["question"]], scope=scope, limit=LIMIT)
                items = [of_found(each, resources.media) for each in found]
                weighed = support(row["question"], items, resources.relevance,
                                  among=resources.finder.size(scope))
                wanted = row["answered"] == "yes"
                counts[wanted, weighed.enough] += 1
                if _is_checked(row["question"], weighed, items):
                    said = tells(ANSWERS, row["question"], items[0]["text"], resources.chat())
                    checked[wanted, said] += 1
                if weighed.enough != wanted:
                    print(f"wrong: {'answerable' if wanted else 'unanswerable'} "
                          f"({row['archive']}, {weighed.score:.3f}): {row['question']}")
    print(f"just below the threshold the chat model was asked {checked.total()} times: of the "
          f"answerable it let {checked[True, True]} through and stopped {checked[True, False]}, of "
          f"the unanswerable {checked[False, True]} and {checked[False, False]}")
    answerable, unanswerable = (sum(n for (w, _), n in counts.items() if w is each)
                                for each in (True, False))
    print(f"answerable: {counts[True, True]} of {answerable} answered; unanswerable: "
          f"{counts[False, False]} of {unanswerable} refused")
