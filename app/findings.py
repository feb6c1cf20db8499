"""What the doctor finds, and what of it is about faces that speak."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from trikal.errors import TrikalError
from trikal.serving.models import Models
from trikal.serving.roles import Role
from trikal.settings import Settings
from trikal.tools.show import presenter_of, read_portrait


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: What was looked at.
        state: ``ok``, ``missing`` (not needed for all), or ``broken``.
        detail: What was found, and what to do about it.
    """

    what: str
    state: str
    detail: str


def avatar_findings(settings: Settings, models: Models) -> Iterator[Finding]:
    """Look at what makes a portrait speak, at what finds its face, and at the portrait itself."""
    yield _avatar(settings, models)
    yield _faces(models)
    if (shown := presenter_of(settings)) is None:
        return
    try:
        height, width = read_portrait(shown).shape[:2]
    except TrikalError as exc:
        yield Finding(what="portrait", state="broken", detail=str(exc))
    else:
        yield Finding(what="portrait", state="ok",
                      detail=f"{shown.portrait}, {width} x {height}, {shown.portrayed}")


def _avatar(settings: Settings, models: Models) -> Finding:
    if settings.avatar_url:
        return Finding(what="avatar", state="ok",
                       detail="a server (TRIKAL_AVATAR_URL is set; it was not asked)")
    if settings.avatar_command:
        program = settings.avatar_command[0]
        if shutil.which(program) is None:
            return Finding(what="avatar", state="broken",
                           detail=f"the program {program} of TRIKAL_AVATAR_COMMAND is not there; "
                                  "install it, or correct the command")
        return Finding(what="avatar", state="ok",
                       detail=f"{program} (TRIKAL_AVATAR_COMMAND is set)")
    try:
        chosen = models.choice(Role.AVATAR)
    except TrikalError as exc:
        return Finding(what="avatar", state="missing", detail=str(exc))
    return Finding(what="avatar", state="ok",
                   detail=f"{chosen.model} on {chosen.backend} ({chosen.why})")


def _faces(models: Models) -> Finding:
    try:
        entry = models.choice(Role.AVATAR).entry
    except TrikalError as exc:
        return Finding(what="faces", state="missing", detail=str(exc))
    if entry is None:
        return Finding(what="faces", state="missing", detail="nothing finds them in portraits")
    return Finding(what="faces", state="ok",
                   detail=f"found in portraits by {entry.architecture} and a mesh of points, which "
                          f"{entry.name} brings; loaded when one is to speak")
