"""The archive that the tasks are about: Apollo 13's transcript, the demo's film, real recordings.

Everything lies in one archive, so that a question must also find which medium it is about.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.apollo13 import UTTERANCES
from trikal.app.commands.demo import MEMO, SCENES
from trikal.app.film import Shown, Spoken, Truth, make_film, make_recording
from trikal.app.session import open_session
from trikal.errors import BadInput
from trikal.ingest.pipeline import Pipeline
from trikal.serving.models import Models
from trikal.settings import load_settings

SHARED = UTTERANCES.parents[2]
APOLLO, FILM, NOTE = "apollo13.jsonl", "observatory.mp4", "memo.wav"
RECORDINGS = {
    "webb.mp4": "media/nasa/nasa_13013.mp4",
    "kennedy.flac": "media/jfk/jfk.flac",
    "testing.wav": "media/azure/testing.wav",
    "projects.wav": "media/azure/training1.wav",
    "dashwood_1.wav": "media/austen/sense_and_sensibility_01_austen_64kb-0870.wav",
    "dashwood_2.wav": "media/austen/sense_and_sensibility_01_austen_64kb-0880.wav",
    "dashwood_3.wav": "media/austen/sense_and_sensibility_01_austen_64kb-0890.wav",
    "dashwood_4.wav": "media/austen/sense_and_sensibility_01_austen_64kb-0920.wav",
    "dashwood_5.wav": "media/austen/sense_and_sensibility_01_austen_64kb-0930.wav",
    "battle.webm": "media/tears_of_steel/tears-of-steel-battle-clip-medium.webm",
}
"""Names that a person would give, and where the recordings lie in the shared folder."""

_SUBTITLES = {"webb.srt": "media/nasa/nasa_13013.srt"}
_TRUTH = "truth.json"


class Place:
    """A folder with the media, their archive and what is known of the made ones.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.media = folder / "media"
        self.archive = folder / "archive"

    def prepare(self) -> None:
        """Make what is missing; a run that was stopped goes on where it stopped."""
        self.media.mkdir(parents=True, exist_ok=True)
        self._gather()
        self._make()
        with open_session(load_settings(archive=self.archive), create=True) as session:
            pipeline = Pipeline(session.archive.catalogue, session.index, session.models)
            reports = pipeline.run([self.media / name for name in self.names()])
            session.relevance().prepare()
        for report in reports:
            print(f"{report.path.name}: {report.status}, {report.moments} moments"
                  f"{', ' + report.error if report.error else ''}", flush=True)

    def names(self) -> Sequence[str]:
        """Return the media's names."""
        return (FILM, NOTE, *RECORDINGS, APOLLO)

    def truths(self) -> dict[str, Truth]:
        """Return what is said and shown in the media that were made here.

        Raises:
            BadInput: They have not been made.
        """
        if not (self.folder / _TRUTH).exists():
            raise BadInput(f"{self.folder} is not prepared. Run: python -m bench agent --prepare "
                           f"--place {self.folder}")
        return {name: _truth(raw) for name, raw in
                json.loads((self.folder / _TRUTH).read_text(encoding="utf-8")).items()}

    def _gather(self) -> None:
        if not UTTERANCES.exists():
            raise BadInput(f"{SHARED} is missing: the tasks are about the recordings in it.")
        sources = {APOLLO: UTTERANCES.relative_to(SHARED), **RECORDINGS, **_SUBTITLES}
        for name, source in sources.items():
            if not (self.media / name).exists():
                shutil.copyfile(SHARED / source, self.media / name)

    def _make(self) -> None:
        if (self.folder / _TRUTH).exists():
            return
        with Models(load_settings()) as models:
            voice = models.voice("en")
            film = make_film(self.media / FILM, SCENES, voice)
            note = make_recording(self.media / NOTE, MEMO, voice)
        known = {FILM: _plain(film), NOTE: _plain(note)}
        (self.folder / _TRUTH).write_text(json.dumps(known, indent=1), encoding="utf-8")


def _plain(truth: Truth) -> dict[str, list[dict[str, object]]]:
    return {"spoken": [vars(each) for each in truth.spoken],
            "shown": [vars(each) for each in truth.shown]}


def _truth(raw: dict[str, list[dict[str, object]]]) -> Truth:
    return Truth(spoken=tuple(Spoken(**each) for each in raw["spoken"]),  # type: ignore[arg-type]
                 shown=tuple(Shown(**each) for each in raw["shown"]))  # type: ignore[arg-type]
