"""The tools' schemas as a small model can follow them: told in one line each, and bounded.

A tool takes what its own schema allows; here that is narrowed to what a model of half a billion
parameters can write before it is cut off. Queries in time hang one event on another once, texts and
lists are short, and a moment's id may be given by the number under which the moment was shown.
"""

from collections.abc import Mapping
from typing import Any, Final

from langchain_core.tools import BaseTool
from pydantic import BaseModel

NUMBER: Final = r"^[0-9]{1,3}$"
"""What a moment's id looks like here: the number that it was shown under."""

_LONGEST_TEXT: Final = 160
_MOST_ITEMS: Final = 4
_DEEPEST: Final = 1
_OF_EVENTS: Final = ("target", "verbatim", "ordinal")
_LARGEST: Final = 999_999_999
_UNBOUNDED: Final = frozenset({"title", "default", "exclusiveMinimum", "exclusiveMaximum",
                               "minimum", "maximum", "minLength", "minItems", "discriminator"})


def arguments_of(tool: BaseTool) -> type[BaseModel]:
    """Return the schema's class of a tool."""
    schema = tool.args_schema
    assert isinstance(schema, type)
    assert issubclass(schema, BaseModel)
    return schema


def bounded(tool: BaseTool) -> dict[str, Any]:
    """Return the JSON schema of a tool's arguments: without references, and bounded."""
    whole = arguments_of(tool).model_json_schema()
    made = _bounded(whole, whole.get("$defs", {}), _DEEPEST)
    assert made is not None
    return made


def signature(tool: BaseTool) -> str:
    """Tell a tool in one line: its name, its arguments and what it is for."""
    schema = bounded(tool)
    return f"{tool.name}({_fields(schema)}): {tool.description}"


def _bounded(schema: Mapping[str, Any], known: Mapping[str, Any], deep: int) -> Any:
    """Return a schema with its references put in; ``None`` where it would nest too deep."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name == "Ambiguous" or (name == "Anchored" and deep == 0):
            return None
        made = _bounded(known[name], known, deep - (name == "Anchored"))
        return _event(made) if name == "TemporalQuery" and deep == 0 else made
    if schema.get("format") == "uuid" or "[0-9a-f]{8}" in schema.get("pattern", ""):
        return {"type": "string", "pattern": NUMBER}
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return _any_of(schema[several], known, deep)
    made = {key: value for key, value in schema.items()
            if key not in _UNBOUNDED and key not in ("$defs", "description", "properties")}
    if schema.get("type") == "object":
        return _object(made, schema, known, deep)
    if schema.get("type") == "array":
        items = _bounded(schema["items"], known, deep)
        return items and {"type": "array", "items": items, "maxItems": _MOST_ITEMS}
    if schema.get("type") == "string" and not {"enum", "const", "pattern"} & set(schema):
        return {"type": "string", "maxLength": _LONGEST_TEXT}
    if schema.get("type") == "integer":
        return {"type": "integer", "minimum": min(schema.get("minimum", 0), 0) and -1,
                "maximum": _LARGEST}
    return made


def _event(query: dict[str, Any]) -> dict[str, Any]:
    """Leave of a query what tells an event that another one hangs on."""
    fields = {name: query["properties"][name] for name in _OF_EVENTS}
    return {**query, "properties": fields, "required": ["target"]}


def _any_of(kinds: list[Mapping[str, Any]], known: Mapping[str, Any], deep: int) -> Any:
    made = [each for kind in kinds if kind.get("type") != "null"
            and (each := _bounded(kind, known, deep))]
    if len(made) > 1:
        return {"anyOf": made}
    return made[0] if made else None


def _object(
    made: dict[str, Any], schema: Mapping[str, Any], known: Mapping[str, Any], deep: int
) -> dict[str, Any]:
    fields = {name: each for name, field in schema.get("properties", {}).items()
              if (each := _bounded(field, known, deep))}
    return {**made, "properties": fields, "additionalProperties": False,
            "required": [name for name in fields
                         if name in (*schema.get("required", ()), "target")
                         or "const" in fields[name]]}


def _fields(schema: Mapping[str, Any]) -> str:
    needed = schema.get("required", ())
    return ", ".join(f"{name}{'' if name in needed else '?'}: {_kind(field)}"
                     for name, field in schema["properties"].items())


def _kind(schema: Mapping[str, Any]) -> str:
    """Write a type as TypeScript does, which models know."""
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return "|".join(f'"{each}"' for each in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(map(_kind, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"[{_kind(schema['items'])}]"
    if schema.get("type") == "object":
        return f"{{{_fields(schema)}}}"
    if schema.get("pattern") == NUMBER:
        return "number of a moment"
    return str(schema.get("type", "string"))
