"""Tags on real frames, and whether a frame of a clip finds its own shot first by its looks.

Runs on the clips in ../shared/media that have several shots. cuts/fades.mp4 is left out of the
search: its three shots fade the same plain grey in and out, and no frame of it tells them apart.
"""

import io
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trikal.catalogue import Medium
from trikal.ingest.seen import embed_frames
from trikal.media.frames import frames_at
from trikal.media.picture import read_picture
from trikal.media.probe import probe
from trikal.media.shots import watch
from trikal.serving.backends.efficientnet import LEAST_PROBABILITY, EfficientNet
from trikal.serving.models import Models
from trikal.settings import load_settings

MEDIA = Path(__file__).resolve().parents[2] / "shared" / "media"
CLIPS = (
    "tears_of_steel/tears-of-steel-battle-clip-medium.webm", "demo/demo.mp4", "nasa/nasa_13013.mp4",
    "cuts/testvideo.mp4",
)
TAGGED = (*CLIPS, "cuts/fades.mp4", "bunny/bigbuckbunny.mp4", "grid/bbaf2n.mpg", "grid/lbax4n.mpg",
          "grid/pwij3p.mpg", "grid/swiz3n.mpg")
PLACES = (0.1, 0.37, 0.63, 0.9)
"""Where in a shot frames are taken: off the middles of the slices that were indexed."""

COPIES = {"as it is": (1.0, None), "JPEG 50": (1.0, 50), "half size, JPEG 75": (0.5, 75),
          "quarter size, JPEG 40": (0.25, 40)}

Picture = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One clip's shots, its indexed frames' vectors and the shot that each belongs to."""

    path: Path
    shots: Sequence[tuple[int, int]]
    vectors: NDArray[np.float32]
    owners: Sequence[tuple[str, int]]


def indexed(path: Path, network: EfficientNet) -> Clip:
    info = probe(path)
    shots = [(shot.start_ms, shot.end_ms) for shot in watch(path, info=info).shots]
    medium = Medium(id=path.name, name=path.name, kind="video", size_bytes=1,
                    duration_ms=info.duration_ms)
    parts = list(embed_frames(path, info, medium, shots, network))
    moments = [moment for part in parts for moment in part.moments]
    owners = [(path.name, next(n for n, (start, end) in enumerate(shots)
                               if start <= moment.start_ms < end)) for moment in moments]
    vectors = np.concatenate([part.vectors for part in parts if part.vectors is not None])
    return Clip(path=path, shots=shots, vectors=vectors, owners=owners)


def taken(clip: Clip) -> Iterator[tuple[tuple[str, int], Picture]]:
    times = [(start + int((end - start) * place), number)
             for number, (start, end) in enumerate(clip.shots) for place in PLACES]
    for (_, number), frame in zip(times, frames_at(clip.path, [t for t, _ in times]), strict=True):
        yield (clip.path.name, number), frame.picture


def copied(picture: Picture, scale: float, quality: int | None) -> Picture:
    if quality is None:
        return picture
    image = Image.fromarray(picture)
    size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    stream = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def own_shots(network: EfficientNet) -> None:
    clips = [indexed(MEDIA / name, network) for name in CLIPS]
    vectors = np.concatenate([clip.vectors for clip in clips])
    owners = [owner for clip in clips for owner in clip.owners]
    queries = [pair for clip in clips for pair in taken(clip)]
    print(f"\n{len(clips)} clips, {sum(len(clip.shots) for clip in clips)} shots, {len(owners)} "
          f"frames in one index, {len(queries)} frames asked for")
    print("\n| copy | own shot first | own clip first |\n| --- | --- | --- |")
    for name, (scale, quality) in COPIES.items():
        asked = network.embed_pictures([copied(p, scale, quality) for _, p in queries])
        best = [owners[place] for place in (asked @ vectors.T).argmax(axis=1)]
        pairs = list(zip(best, [owner for owner, _ in queries], strict=True))
        shot = sum(found == owner for found, owner in pairs)
        clip = sum(found[0] == owner[0] for found, owner in pairs)
        print(f"| {name} | {shot} of {len(pairs)} ({100 * shot / len(pairs):.1f} %) | "
              f"{clip} of {len(pairs)} |", flush=True)
        if quality is None:
            _print_missed(pairs)


def _print_missed(pairs: Sequence[tuple[tuple[str, int], tuple[str, int]]]) -> None:
    for found, owner in pairs:
        if found != owner:
            print(f"    missed: shot {owner[1]} of {owner[0]}, found shot {found[1]} of {found[0]}",
                  file=sys.stderr)


def tags(network: EfficientNet, pictures: Sequence[Path]) -> None:
    print("\n| frame | label | p |\n| --- | --- | --- |")
    seen: list[tuple[float, str, str]] = []
    for path in [MEDIA / name for name in TAGGED]:
        info = probe(path)
        times = range(0, info.duration_ms, 1_500)
        for frame in frames_at(path, times, info=info, max_width=640):
            (tag,) = network.tags([frame.picture], most=1)
            seen.append((tag.probability, f"{path.stem} {frame.time_ms / 1000:.1f} s", tag.label))
    for path in [MEDIA / "portrait" / "astronaut.png", *pictures]:
        (tag,) = network.tags([read_picture(path)], most=1)
        seen.append((tag.probability, path.name, tag.label))
    for share, name, label in sorted(seen, reverse=True)[:30]:
        print(f"| {name} | {label} | {share:.2f} |")
    sure = sum(share >= LEAST_PROBABILITY for share, _, _ in seen)
    print(f"\n{len(seen)} frames and pictures, {sure} tagged at p >= {LEAST_PROBABILITY}")


def speed(network: EfficientNet) -> None:
    pictures = [np.full((360, 640, 3), value, np.uint8) for value in range(0, 256, 8)]
    network.embed_pictures(pictures[:8])
    started = time.perf_counter()
    network.embed_pictures(pictures)
    print(f"\nembedding: {(time.perf_counter() - started) * 1000 / len(pictures):.0f} ms a frame")


def main() -> None:
    with Models(load_settings(models={"image-embedding": "efficientnet-lite2"})) as models:
        network = cast(EfficientNet, models.image_embedder())
        speed(network)
        own_shots(network)
        tags(network, [Path(name) for name in sys.argv[1:]])
