"""What commands that show a face share: the options, and whose face may be shown."""

from pathlib import Path
from typing import Annotated

import typer

from trikal.errors import BadInput
from trikal.tools.show import Picture, Portrayed, Presenter, Scene, scene_of

ConsentOption = Annotated[
    bool, typer.Option("--consent", help="The person on the photo agreed to this.")]
DrawingOption = Annotated[
    bool, typer.Option("--drawing", help="The portrait is a drawing of no real person.")]
LabelOption = Annotated[bool, typer.Option(
    help='Write "synthetic" on the picture; the file\'s metadata always tells it.')]
BackgroundOption = Annotated[str | None, typer.Option(
    "--background", help="What stands behind the face: a colour, a picture's file, or none for a "
                         ".webm or .mov that is let see through.")]


def scene(background: str | None, shown: Presenter, picture: Picture, target: Path) -> Scene | None:
    """Return what stands behind the face, if something else than its own background is wanted.

    Raises:
        BadInput: There is no such background.
    """
    if background is None:
        return None
    return scene_of(background, shown.portrait, (picture.shape[1], picture.shape[0]), target)


def presenter(portrait: Path, *, consent: bool, drawing: bool) -> Presenter:
    """Return whose face is shown, and why it may be.

    Raises:
        BadInput: Both reasons are given.
    """
    if consent and drawing:
        raise BadInput("Give --consent for a photo or --drawing for a drawing, not both.")
    if consent:
        return Presenter(portrait, Portrayed.CONSENTING)
    return Presenter(portrait, Portrayed.DRAWN if drawing else None)
