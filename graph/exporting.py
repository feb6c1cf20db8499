"""Files for other programs and still pictures, as steps of a plan."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from trikal.errors import BadInput
from trikal.graph.acts import all_given
from trikal.graph.context import Resources
from trikal.graph.evidence import OBSERVED_NOW, EvidenceItem
from trikal.graph.files import content_name, made_once, named
from trikal.graph.planning.output_steps import Export, Stills
from trikal.graph.state import StepTask
from trikal.moments import Unit
from trikal.tools.export import SUFFIXES
from trikal.tools.frames import spread

_PICTURE: Final = ".jpg"
_AN_INSTANT_MS: Final = 1_000


def exported(step: Export, task: StepTask, resources: Resources) -> Path:
    """Write a medium's moments or chapters, or the moments that were found.

    Raises:
        BadInput: There is nothing to write, or not in this format.
    """
    tools = resources.tools()
    found = [] if step.medium else [each["moment_id"] for each in _given(task)
                                    if each.get("moment_id") and each.get("source") != OBSERVED_NOW]
    if not step.medium and not found:
        raise BadInput("There is nothing to write: no moment was found.")
    told = _told(step.medium, resources) if step.medium else found
    content = {"format": step.format, "of": told}

    def write(name: str) -> int:
        tools.export(step.format, medium=step.medium, moment_ids=found, file=name)
        return 0

    path, _ = made_once(content_name("export", content, SUFFIXES[step.format]), tools.outputs,
                        write)
    return path


def stills(step: Stills, task: StepTask, resources: Resources) -> list[Path]:
    """Save still pictures of a span, or of the best evidence, one file each.

    Raises:
        BadInput: There is no picture there.
    """
    tools = resources.tools()
    medium_id, start, end = _place(step, task, resources)
    tools.footage(medium_id).need_picture()
    paths = []
    for n, time_ms in enumerate(_times(start, end, step.count), start=1):
        content = {"medium": medium_id, "time": time_ms}

        def save(name: str, time_ms: int = time_ms) -> int:
            tools.frames(medium_id, [time_ms], file=name)
            return 0

        suffix = _suffix(step.file)
        made, _ = made_once(content_name("still", content, suffix), tools.outputs, save)
        file = _one_of(step.file, n, step.count)
        paths.append(named(made, file, tools.outputs, granted=step.granted))
    return paths


def _given(task: StepTask) -> Sequence[EvidenceItem]:
    return all_given(task.get("given", {}))


def _told(medium: str, resources: Resources) -> list[Any]:
    """Return what a medium's files are written from, so that a change of it makes another file."""
    tools = resources.tools()
    known = tools.medium(medium)
    moments = tools.catalogue.moments(known.id, unit=Unit.OBSERVATION)
    return [known.id, *((each.start_ms, each.end_ms, each.text) for each in moments)]


def _place(step: Stills, task: StepTask, resources: Resources) -> tuple[str, int, int]:
    if step.medium:
        medium = resources.tools().medium(step.medium)
        end = medium.duration_ms if step.end_ms is None else min(step.end_ms, medium.duration_ms)
        return medium.id, step.start_ms, max(end, step.start_ms + 1)
    given = _given(task)
    if not given:
        raise BadInput("There is nothing to show: no moment was found.")
    best = given[0]
    start = max(best["start_ms"], 0)
    return best["media_id"], start, max(best["end_ms"], start + 1)


def _times(start: int, end: int, count: int) -> list[int]:
    """Return the times of the pictures; one of an instant is the picture at that very time."""
    if count == 1 and end - start <= _AN_INSTANT_MS:
        return [start]
    return sorted(set(spread(start, end, count)))


def _suffix(file: str | None) -> str:
    return Path(file).suffix.lower() if file and Path(file).suffix else _PICTURE


def _one_of(file: str | None, n: int, count: int) -> str | None:
    """Return the name of one of several pictures that are to be called alike."""
    if not file or count == 1:
        return file
    path = Path(file)
    if not path.name:
        raise BadInput(f"{file!r} names no file. Give a name like talk.jpg.")
    return str(path.with_name(f"{path.stem}-{n}{path.suffix}"))
