"""One file a command of the command line, and what the list of them shows of each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

COMMANDS: Final[Mapping[str, str]] = MappingProxyType({
    "ingest": "Take media into the archive; files that are in it already are left alone.",
    "ask": "Answer a question from the archive, and show the moments that prove it.",
    "chat": "Talk with the archive: one question a line; an empty line or Ctrl-D ends it.",
    "sessions": "List the conversations that the archive keeps, the latest first.",
    "memory": "List what is remembered: preferences, names of speakers, aliases.",
    "search": "Find moments by meaning, by words and by time: \"the fuel cells after the launch\".",
    "look": "Say what is seen at a time of a medium, or answer a question about it.",
    "neighbours": "Show the moment at a time with those beside it.",
    "transcribe": "Listen to a span again; the archive stays as it is.",
    "read": "Read the screen at a time, or over a span; the archive stays as it is.",
    "frames": "Save the pictures that are on the screen at some times.",
    "clip": "Cut stretches of media to the frame, and join them into one file.",
    "compose": "Write from evidence; every line cites the moment that proves it.",
    "export": "Write what is known of a medium for players, editors and publishers.",
    "media": "List, show and remove media.",
    "models": "Show the model chosen for every role, backend, device, why, "
              "and what would be better.",
    "metrics": "Print counters and histograms of all logged model calls, "
               "in Prometheus' text format.",
    "say": "Say a text into a sound file.",
    "show": "Let the face on a portrait say something.",
    "talk": "Answer a question that was recorded, aloud, in its language.",
    "doctor": "Look at models, libraries, disk and archive; say what to do about what is wrong.",
    "reindex": "Embed every moment again, with the embedding models that are configured now.",
    "demo": "Make a narrated film, ingest it, ask about it, and check every answer "
            "against the truth.",
    "vllm": "Run a vLLM server: up, status, logs, down.",
})
"""The first line of each command's help, here because its module takes seconds to import."""
