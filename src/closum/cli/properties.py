"""Options for the properties of a resource, read as the API reads them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from closum.cli.options import option
from closum.errors import BrokenRule, Faults, fault
from closum.model.choices import Choice, Code
from closum.model.fields import Field
from closum.model.resource import Resource

F = TypeVar("F", bound=Callable[..., Any])


class Value(click.ParamType[str]):
    """The value of a text; an empty one is null."""

    name = "text"

    def __init__(self, field: Field) -> None:
        self._field = field

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            found: str | None = self._field.parse(value) if value else None
        except BrokenRule as broken:
            self.fail(_message(broken.faults), param, ctx)
        if found is None and self._field.required:
            self.fail(_message(fault("_empty")), param, ctx)
        return found or ""


def _metavar(field: Field) -> str:
    if isinstance(field, Code):
        return field.name.upper()
    return f"[{'|'.join(field.among)}]" if isinstance(field, Choice) else "TEXT"


def _message(faults: Faults) -> str:
    return " ".join(map(str, faults.values()))


def options(resource: Resource) -> Callable[[F], F]:
    """An option for each property that may be set: `values` of the command, which `given` reads."""

    def add(command: F) -> F:
        for field in reversed(resource.writable):
            text = field.description.replace("**", "") + ("." if field.required else "; '' for none.")
            add_one = option(
                field.name, f"set_{field.name}", type=Value(field), metavar=_metavar(field), help=text
            )
            command = add_one(command)
        return command

    return add


def given(resource: Resource, values: Mapping[str, str | None]) -> dict[str, str | None]:
    """The properties to set. Raises click.UsageError where there is none."""
    found = {field.name: values[f"set_{field.name}"] for field in resource.writable}
    changes = {name: text or None for name, text in found.items() if text is not None}
    if not changes:
        *names, last = (f"--{name}" for name in found)
        raise click.UsageError(f"There is nothing to change: give {', '.join(names)} or {last}")
    return changes
