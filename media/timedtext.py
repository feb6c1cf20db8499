"""Text that carries its own times: subtitle files, embedded subtitles and JSON lines."""

from __future__ import annotations  # Packet takes its parameter in stubs only

import codecs
import json
import logging
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import cast

import av
import pysubs2
from av.packet import Packet
from av.subtitles.stream import SubtitleStream as AvSubtitleStream
from av.subtitles.subtitle import AssSubtitle

from trikal.errors import BadInput, MediumUnreadable
from trikal.media.container import clock_zero, open_medium, packets, to_ms
from trikal.media.probe import MediaInfo, bcp47, probe
from trikal.media.sidecars import SUBTITLE_SUFFIXES, language_in_name

_log = logging.getLogger(__name__)

TIMED_TEXT_SUFFIXES = SUBTITLE_SUFFIXES | {".jsonl"}
"""Suffixes, in lower case, of files that :func:`read_timed_text` reads."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))

# A slow reader's pace bounds how long a cue without an end is taken to last.
_WORD_MS = 400
_READ_MS = 1_000

# No more digits than a clock may have: numbers without end fit into no database.
_TIME = r"(-?)(?:(\d{1,6}):)?(\d{1,6}):(\d{1,6})(?:[.,](\d+))?"
_TIME_LINE = re.compile(rf"\s*{_TIME}\s*-->\s*(?:{_TIME})?")
_VTT_COMMENT = re.compile(r"(?:NOTE|STYLE|REGION)\b")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?(?:b|i|u|s|c|v|lang|ruby|rt|font)\b[^<>]*>|<[\d:.]+>|\{\\[^}]*\}", re.I)
_PREFIX = re.compile(r"(?:>>+\s*|-\s*)?([^\W\d_][\w .'-]{0,30}?):\s+(?=\S)")
_ASS_NAME, _ASS_TEXT = 3, 8
_MAX_SECONDS = 10**9


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One piece of timed text: ``[start_ms, end_ms)`` on the media clock, never empty.

    Attributes:
        start_ms: Start in ms; may be negative.
        end_ms: End in ms, later than the start.
        text: Plain text in one line, without markup or the speaker's name.
        speaker: Who says it, where the file tells.
        language: BCP-47 tag, where the file or its name tells.
    """

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Raw:
    """A cue as it stands in a file; the end may be missing or nonsense."""

    start_ms: int
    end_ms: int | None
    text: str
    speaker: str | None = None
    language: str | None = None


def read_timed_text(path: Path) -> list[Cue]:
    """Read a subtitle file (.srt, .vtt) or JSON lines (.jsonl).

    Everything usable of a broken subtitle file is kept: numbers may miss, cues may overlap, run
    backwards or be out of order. A line of JSON holds ``start`` (or ``t``) and ``text``, and
    perhaps ``end``, ``speaker`` and ``language``; times are in seconds. A cue without an end
    lasts until the next one starts, but no longer than it takes to read.

    Args:
        path: The file. A language before its suffix (``film.hi.srt``) is its cues' language.

    Returns:
        Cues, sorted by time; at least one.

    Raises:
        BadInput: The suffix is none of these, or a JSON line is malformed.
        MediumUnreadable: The file cannot be read, or nothing in it is usable.
    """
    suffix = path.suffix.lower()
    if suffix not in TIMED_TEXT_SUFFIXES:
        known = ", ".join(sorted(TIMED_TEXT_SUFFIXES))
        raise BadInput(f"{path} is no timed text that is known; give one of {known}.")
    text = _decoded(path)
    raws = (_from_jsonl(path, text) if suffix == ".jsonl"
            else _from_subtitles(text, vtt=suffix == ".vtt"))
    cues = _finished(raws, language=language_in_name(path))
    if not cues:
        raise MediumUnreadable(
            f"{path} holds no cue with a time and a text. Export the subtitles again."
        )
    return cues


def read_embedded_subtitles(
    path: Path, stream_index: int, *, info: MediaInfo | None = None
) -> list[Cue]:
    """Read a subtitle stream of a media file.

    Args:
        path: The media file.
        stream_index: Which stream; see :attr:`MediaInfo.subtitles`.
        info: The file's probe, when it is at hand.

    Returns:
        Cues on the media clock, sorted by time; none when the stream is empty.

    Raises:
        BadInput: There is no such stream, or it is made of pictures.
        MediumUnreadable: The file cannot be opened.
    """
    info = info or probe(path)
    language = {s.index: s.language for s in info.subtitles if s.is_text}
    if stream_index not in language:
        known = ", ".join(map(str, language)) or "none"
        raise BadInput(f"Stream {stream_index} of {path} holds no text; those that do: {known}.")
    with open_medium(path) as container:
        stream = cast(AvSubtitleStream, container.streams[stream_index])
        zero = clock_zero(container)
        raws = [raw for packet in packets(container, stream) if packet.pts is not None
                for raw in _from_packet(stream, packet, zero)]
    return _finished(raws, language=language[stream_index])


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise MediumUnreadable(
            f"{path} cannot be read: {exc.strerror}. Check the name and its permissions."
        ) from exc
    named = [name for bom, name in _BOMS if data.startswith(bom)]
    for encoding in (*named, "utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")  # has a letter for every byte


def _from_jsonl(path: Path, text: str) -> Iterator[_Raw]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield _from_json(line)
            except (ValueError, ArithmeticError, KeyError, TypeError) as exc:
                raise BadInput(
                    f"{path}, line {number} is no timed text ({exc!r}). Write lines like "
                    '{"start": 1.5, "end": 3, "text": "…"} with times in seconds.'
                ) from exc


def _from_json(line: str) -> _Raw:
    fields = json.loads(line, parse_float=Decimal)
    start = fields["start"] if "start" in fields else fields["t"]
    end = fields.get("end")
    words = {name: fields.get(name) for name in ("text", "speaker", "language")}
    if not isinstance(words["text"], str) or not all(
        word is None or isinstance(word, str) for word in words.values()
    ):
        raise TypeError("text, speaker and language must be strings")
    return _Raw(
        start_ms=_json_ms(start), end_ms=None if end is None else _json_ms(end),
        text=words["text"], speaker=words["speaker"], language=bcp47(words["language"]),
    )


def _json_ms(seconds: object) -> int:
    number = isinstance(seconds, int | Decimal) and not isinstance(seconds, bool)
    if not number or abs(cast(Decimal, seconds)) > _MAX_SECONDS:
        raise TypeError(f"{seconds!r} is no time in seconds")
    return to_ms(Fraction(cast(Decimal, seconds)))


def _from_subtitles(text: str, *, vtt: bool) -> Iterator[_Raw]:
    # Not by pysubs2, which takes a last line that is a number for the next cue's number, the
    # name of a WebVTT cue for words of the one before, and drops who speaks.
    lines = text.splitlines()
    for times, body in _blocks(_without_comments(lines) if vtt else lines, vtt=vtt):
        start_ms, end_ms = _clock_ms(times[:5]), _clock_ms(times[5:]) if times[7] else None
        for speaker, words in _spoken("\n".join(body)):
            yield _Raw(start_ms=start_ms, end_ms=end_ms, text=words, speaker=speaker)


def _without_comments(lines: Iterable[str]) -> Iterator[str]:
    before, comment = "", False
    for line in lines:
        if not line.strip():
            comment = False
        elif not before.strip() and _VTT_COMMENT.match(line):
            comment = True
        before = line
        if not comment:
            yield line


def _blocks(
    lines: Iterable[str], *, vtt: bool
) -> Iterator[tuple[Sequence[str | None], list[str]]]:
    times: Sequence[str | None] | None = None
    body: list[str] = []
    for line in lines:
        if match := _TIME_LINE.match(line):
            if times:
                yield times, _without_next_name(body, vtt=vtt)
            times, body = match.groups(), []
        else:
            body.append(line)
    if times:
        yield times, body


def _without_next_name(body: list[str], *, vtt: bool) -> list[str]:
    """Drop the last line where it is the number or name of the cue that follows it."""
    if len(body) < 2 or not body[-1].strip():
        return body
    alone = not body[-2].strip()
    return body[:-1] if body[-1].strip().isdecimal() or (vtt and alone) else body


def _clock_ms(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in parts[1:4])
    ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((parts[4] or "0").ljust(3, "0")[:3])
    return -ms if parts[0] else ms


def _spoken(text: str) -> Iterator[tuple[str | None, str]]:
    """Split text where another speaker is named, by a voice tag or a name in capitals."""
    unnamed, *named = _VOICE.split(text)
    yield from _prefixed(unnamed)
    yield from zip(named[::2], named[1::2], strict=True)


def _prefixed(text: str) -> Iterator[tuple[str | None, str]]:
    speaker: str | None = None
    words: list[str] = []
    for line in _TAG.sub("", text).splitlines():
        match = _PREFIX.match(line)
        if match and match[1].isupper():
            yield speaker, " ".join(words)
            speaker, words = match[1], [line[match.end():]]
        else:
            words.append(line)
    yield speaker, " ".join(words)


def _from_packet(
    stream: AvSubtitleStream, packet: Packet[AvSubtitleStream], zero: Fraction
) -> Iterator[_Raw]:
    start = (packet.pts or 0) * packet.time_base - zero
    length = (packet.duration or 0) * packet.time_base
    for line in _dialogues(stream, packet):
        fields = line.split(",", _ASS_TEXT)
        text = pysubs2.SSAEvent(text=fields[-1]).plaintext
        for speaker, words in _spoken(text):
            yield _Raw(start_ms=to_ms(start), end_ms=to_ms(start + length), text=words,
                       speaker=speaker or fields[_ASS_NAME])


def _dialogues(stream: AvSubtitleStream, packet: Packet[AvSubtitleStream]) -> list[str]:
    try:
        found = stream.decode(packet)
    except (av.FFmpegError, ValueError) as exc:
        _log.debug("skipped damaged subtitles at %s: %s", packet.pts, exc)
        return []
    return [one.ass.decode("utf-8", "replace") for one in found if isinstance(one, AssSubtitle)]


def _finished(raws: Iterable[_Raw], *, language: str | None) -> list[Cue]:
    """Clean the texts, put the cues in order and give each an end behind its start."""
    cleaned = [replace(raw, text=_plain(raw.text), speaker=_plain(raw.speaker or "") or None)
               for raw in map(_forwards, raws)]
    kept = sorted((raw for raw in cleaned if raw.text), key=lambda raw: raw.start_ms)
    starts = [raw.start_ms for raw in kept]
    return sorted(
        (Cue(start_ms=raw.start_ms, end_ms=_end_ms(raw, starts), text=raw.text,
             speaker=raw.speaker, language=raw.language or language) for raw in kept),
        key=lambda cue: (cue.start_ms, cue.end_ms))


def _forwards(raw: _Raw) -> _Raw:
    """Swap ends that run backwards; an end at the start is none."""
    if raw.end_ms is None or raw.end_ms > raw.start_ms:
        return raw
    if raw.end_ms == raw.start_ms:
        return replace(raw, end_ms=None)
    return replace(raw, start_ms=raw.end_ms, end_ms=raw.start_ms)


def _plain(text: str) -> str:
    # JSON can spell halves of characters, which no file and no database takes.
    whole = unescape(_TAG.sub("", text)).encode("utf-8", "replace").decode("utf-8")
    return " ".join(whole.split())


def _end_ms(raw: _Raw, starts: Sequence[int]) -> int:
    if raw.end_ms is not None:
        return raw.end_ms
    longest = raw.start_ms + _READ_MS + _WORD_MS * len(raw.text.split())
    following = bisect_right(starts, raw.start_ms)
    return min([longest, *starts[following:following + 1]])
