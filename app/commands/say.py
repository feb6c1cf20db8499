"""``trikal say``: a text aloud, into a file."""

from pathlib import Path
from typing import Annotated

import typer

from trikal.app.options import JsonOption
from trikal.app.output import console, print_json
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.tools.say import check_sayable
from trikal.tools.say import say as say_into

app = typer.Typer()


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option(help="The WAV file to write.")] = Path("said.wav"),
    language: Annotated[str, typer.Option(help="Language of the text (BCP-47).")] = "en",
    json: JsonOption = False,
) -> None:
    """Say a text into a WAV file."""
    check_sayable(text, out)
    with Models(load_settings()) as models:
        voice = models.voice(language)
        sound = say_into(text, voice, out)
    seconds = len(sound.samples) / sound.sample_rate
    if json:
        print_json({"path": str(out), "seconds": round(seconds, 3), "voice": voice.name})
    else:
        console.print(f"{out}: {seconds:.1f} s, spoken by {voice.name}")
