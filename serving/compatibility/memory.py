"""What was found before, so that a survey that was stopped goes on where it was."""

from pathlib import Path

from pydantic import ValidationError

from trikal.serving.compatibility.outcome import Outcome


class Memory:
    """Outcomes in a file of JSON lines; the last one of an architecture and backend counts.

    Args:
        path: The file; it is made when the first outcome is kept.
        versions: What is installed now: outcomes of other versions are not remembered.
    """

    def __init__(self, path: Path, versions: dict[str, str]) -> None:
        self._path = path
        self._known = {
            (each.architecture, each.backend): each
            for each in _read(path)
            if each.versions == versions
        }

    def get(self, architecture: str, backend: str) -> Outcome | None:
        """Return what was found, or ``None``."""
        return self._known.get((architecture, backend))

    def keep(self, outcome: Outcome) -> None:
        """Remember one outcome, at once on disk."""
        self._known[outcome.architecture, outcome.backend] = outcome
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(f"{outcome.model_dump_json()}\n")


def _read(path: Path) -> list[Outcome]:
    if not path.is_file():
        return []
    found = []
    # Not splitlines: a reason may hold a separator that JSON leaves as it is.
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            found.append(Outcome.model_validate_json(line))
        except ValidationError:
            continue  # half a line, left by a process that was killed: it is measured again
    return found
