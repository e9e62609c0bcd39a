"""The body of a create or an update, from options or from JSON text."""

import json
import math
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from closum_client.cli.given import Whole
from closum_client.resources import Property, Resource

Body = dict[str, Any]
FLAG = "flag"
"""The type of what is true where its option is given."""
MOMENT = "date-time or boolean"
"""The type of a time that is now where its option is given alone."""
MERGED = "merged"
"""The type of JSON whose object is merged into what is there."""
TAKEN = ("data", "help", "id", "if_match", "json", "match", "on_match", "return", "returning", "token", "url")
"""Names of options that a property cannot have."""

HINTS = {
    "extension": {"_required": ". A number that begins with its prefix, such as +351912345678, does without"},
}
"""What else to say of a broken rule, by property and rule."""

METAVARS = {
    "json": "JSON",
    MERGED: "JSON",
    "object": "JSON",
    "array": "JSON",
    "integer": "INTEGER",
    "boolean": "1|0",
    "date-time": "TIME",
    MOMENT: "[TIME]",
}

MATCH = [
    click.Option(
        ["--match"],
        metavar="PROPERTY",
        help="Look first by id, email, phone or custom_data.KEY whether it is there.",
    ),
    click.Option(["--id"], type=Whole(), metavar="ID", help="The id of the lead, with --match id."),
    click.Option(
        ["--on-match"],
        metavar="WHAT",
        help="What to do with a lead that is there: update, fill_empty, skip, fail or create.",
    ),
]


class Setter(NamedTuple):
    """An option, and the place in the body that it sets; `parameter` is its name in Python, `others` are short ones."""

    option: str
    parameter: str
    path: tuple[str, ...]
    of: Property
    others: tuple[str, ...] = ()


def setters(resource: Resource, *, merges: bool = False) -> list[Setter]:
    """The options for the properties of a resource; those of nested records are --email, --phone-number and --email-id.

    What makes a nested record one can be named by the record alone: --phone is --phone-number. Where the call `merges`, an
    object for JSON is sent as one.
    """
    own = [one._replace(type=MERGED) if merges and one.type == "json" else one for one in resource.properties]
    found = [_setter(resource, (one.name,), one.name, one) for one in own]
    for nested in resource.nested:
        for one in nested.properties:
            name = nested.name if one.name == nested.name else f"{nested.name}_{one.name}"
            made = _setter(resource, (nested.name, one.name), name, one)
            alone = (
                ()
                if one.name != nested.key or name == nested.name
                else (f"--{nested.name.replace('_', '-')}",)
            )
            found.append(made._replace(others=alone))
        link = Property("id", "integer", False, f"The id of the {nested.resource} record to link to")
        found.append(_setter(resource, (nested.name, "id"), f"{nested.name}_id", link))
    return found


def _setter(resource: Resource, path: tuple[str, ...], name: str, property_: Property) -> Setter:
    option = f"{resource.key}_{name}" if name in TAKEN else name
    return Setter(f"--{option.replace('_', '-')}", f"set_{option}", path, property_)


def options(found: list[Setter]) -> list[click.Parameter]:
    """The options themselves, with --data."""
    made: list[click.Parameter] = [_option(one) for one in found]
    text = "The whole body instead, as JSON; @FILE reads a file, - standard input."
    return [*made, click.Option(["--data"], metavar="BODY", help=text)]


def _option(setter: Setter) -> click.Option:
    kind, about = setter.of.type, f"{setter.of.description}."
    names = [setter.option, *setter.others, setter.parameter]
    if kind == FLAG:
        return click.Option(names, flag_value="true", default=None, help=about)
    metavar = METAVARS.get(kind, "TEXT")
    if kind == MOMENT:
        return click.Option(names, is_flag=False, flag_value="true", metavar=metavar, help=about)
    return click.Option(names, metavar=metavar, help=about)


def from_options(found: list[Setter], given: Mapping[str, str | None]) -> Body:
    """The body that the given options make. Raises click.UsageError."""
    body: Body = {}
    for one in found:
        text = given[one.parameter]
        if text is not None:
            _put(body, one.path, _value(one, text))
    for value in [body.get(one.path[0]) for one in found if one.path[1:] == ("id",)]:
        if isinstance(value, dict) and value.get("id") is not None and len(value) > 1:
            raise click.UsageError("Give the id of a record to link to, or its values, not both.")
    return body


def _put(body: Body, path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = value


def _value(setter: Setter, text: str) -> Any:
    if not text:
        return None
    if setter.of.type == FLAG:
        return True
    if setter.of.type == MOMENT and text in ("true", "false"):
        return text == "true"
    if setter.of.type in ("object", "array"):
        return _parsed(text, setter.option)
    if setter.of.type == MERGED:
        value = _parsed(text, setter.option)
        return value if isinstance(value, dict) else text
    if setter.of.type not in ("integer", "boolean"):
        return text
    if not (text.isascii() and text.isdigit() and len(text) < 100):
        raise click.BadParameter("it must be a whole number, or '' to clear it", param_hint=setter.option)
    return int(text)


def from_data(text: str) -> Body:
    """The body that --data is, or names. Raises click.BadParameter."""
    try:
        body = _parsed(_read(text), "--data")
    except OSError as error:
        raise _bad(f"{error.filename}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise _bad(f"it is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise _bad("it must be a JSON object")
    return body


def _parsed(text: str, option: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_float, parse_constant=_float)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"it is not JSON: {error}", param_hint=option) from None


def _read(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    return Path(text[1:]).read_bytes().decode() if text.startswith("@") else text


def _object(pairs: list[tuple[str, Any]]) -> Body:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("an object has a key twice")
    return made


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a JSON number")
    return number


def _bad(reason: str) -> click.BadParameter:
    return click.BadParameter(reason, param_hint="--data")


def faults(errors: Mapping[str, Any], found: list[Setter]) -> Iterator[str]:
    """A line for each fault that a server found, with the name of the option, or else of the property."""
    names = {one.path: one.option for one in found}
    for path, rule, message in _flat(errors, ()):
        if found and rule == "_atLeastOne":  # of several properties, whose names the message has
            yield _with_options(message, found)
        else:
            hint = HINTS.get(path[-1], {}).get(rule, "") if path in names else ""
            yield f"{_name(path, names)}: {message}{hint}"


def _name(path: tuple[str, ...], names: Mapping[tuple[str, ...], str]) -> str:
    """The option, with the place within its value, or else the property."""
    return names.get(path) or ".".join((names.get(path[:1], path[0]), *path[1:]))


def _with_options(message: str, found: list[Setter]) -> str:
    """The message with options in the place of properties; the shortest option of each."""
    short: dict[str, str] = {}
    for one in found:
        options = [*one.others, one.option]
        short[one.path[0]] = min([short.get(one.path[0], options[0]), *options], key=len)
    return re.sub(r"\w+", lambda match: short.get(match[0], match[0]), message)


def _flat(errors: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Path, rule and message of each fault."""
    for name, value in errors.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*path, name))
        else:
            yield path, name, str(value)
