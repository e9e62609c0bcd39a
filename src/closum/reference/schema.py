"""The properties that a JSON schema of the document has, as rows of a table."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Json = Mapping[str, Any]


class Row(NamedTuple):
    """A property or a parameter, or several that mean the same: names, dotted where they are in others, what it may be, and
    Markdown of what it means.
    """

    names: tuple[str, ...]
    kind: str
    is_required: bool
    text: str


def rows(document: Json, schema: Json, within: str = "", seen: tuple[int, ...] = ()) -> Iterator[Row]:
    """Every property of an object, or of the objects of an array, with those of the objects in it."""
    found = resolved(document, schema)
    if id(found) in seen:
        return
    required = found.get("required", ())
    for name, one in found.get("properties", {}).items():
        of = resolved(document, one)
        text = one.get("description") or of.get("description", "")
        yield Row((f"{within}{name}",), kind(document, of), name in required, text)
        yield from rows(document, of, f"{within}{name}.", (*seen, id(found)))
    if items := found.get("items"):
        yield from rows(
            document, items, f"{within.removesuffix('.')}[]." if within else "", (*seen, id(found))
        )


def resolved(document: Json, part: Json) -> Json:
    """What a reference refers to."""
    while "$ref" in part:
        _, *path = part["$ref"].split("/")
        found: Any = document
        for name in path:
            found = found[name]
        part = found
    return part


def kind(document: Json, schema: Json) -> str:
    """In words: its types, and what limits it."""
    limits = [
        *(["read-only"] if schema.get("readOnly") else []),
        *([schema["format"]] if schema.get("format") in ("email", "binary") else []),
        *_limits(schema),
    ]
    return " · ".join([_types(document, schema), *limits])


def _types(document: Json, schema: Json) -> str:
    if several := schema.get("anyOf"):
        return " | ".join(_types(document, resolved(document, one)) for one in several[:1]) or "any"
    names = schema.get("type", "any")
    names = [names] if isinstance(names, str) else names
    if names == ["array"] and (of := resolved(document, schema.get("items", {})).get("type")):
        return f"array of {of}s" if isinstance(of, str) else "array"
    if schema.get("format") == "date-time":
        names = ["date-time" if one == "string" else one for one in names]
    return " | ".join(names)


def _limits(schema: Json) -> Iterator[str]:
    if values := schema.get("enum"):
        yield ", ".join(map(_value, values)) if len(values) > 1 else f"always {_value(values[0])}"
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        yield f"{low} to {high}"
    elif low is not None:
        yield f"at least {low}"
    elif high is not None:
        yield f"at most {high}"
    if "maxLength" in schema:
        yield f"at most {schema['maxLength']:,} characters"
    if "maxItems" in schema:
        yield f"at most {schema['maxItems']:,}"
    if "default" in schema and schema["default"] != "":
        yield f"default {_value(schema['default'])}"


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)
