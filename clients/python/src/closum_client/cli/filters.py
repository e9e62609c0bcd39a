"""The options of a list that say which records, and what of them; and what a shell completes there."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from closum_client._resource import Filter, Resource


class FilterType(click.ParamType[str]):
    """A property, an operator and a value, which the server reads."""

    name = "filter"

    def __init__(self, filters: Iterable[Filter]) -> None:
        self._filters = {one.name: one.operators for one in filters}

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names of properties, and where one alone is meant the name with each operator."""
        names = [name for name in self._filters if name.startswith(incomplete)]
        whole = names[0] if len(names) == 1 else incomplete
        found = [one for name in names if name != whole for one in _begun(name)]
        found += [f"{whole}{operator}" for operator in self._filters.get(whole, ()) if "<" not in whole]
        found += _begun(whole) if "<" in whole and len(names) == 1 else []
        return [CompletionItem(one) for one in found]


def _begun(name: str) -> list[str]:
    """As far as it is known: of `custom_data.<key>` the key is not. Two of them keep a shell from adding a blank."""
    document, bracket, _ = name.partition("<")
    return [document, f"{document}KEY="] if bracket else [name]


class FieldsType(click.ParamType[str]):
    """Names of properties with commas between, which the server reads."""

    name = "fields"

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that the last of them may be, behind those before."""
        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in self._names if name.startswith(last)]


class Once(click.Option):
    """An option that is refused when it is given again: the records that only the last one finds were not meant."""

    def __init__(self, names: Sequence[str], metavar: str, help: str) -> None:
        super().__init__(names, multiple=True, metavar=metavar, help=help)

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        found = super().process_value(ctx, value)
        if found and len(found) > 1:
            raise click.BadParameter("it is given twice", ctx, self)
        return found[0] if found else None


def options(resource: Resource) -> list[click.Parameter]:
    """Of a list. A `filter` can be given several times."""
    known = ["filter", *["q"] * resource.searched, *["changed_since"] * resource.has_changes]
    filter_, *others = (which(resource, name) for name in known)
    return [filter_, fields_option(resource), *others]


def which(resource: Resource, name: str) -> click.Parameter:
    """The option for a parameter that says which records: `filter`, `q` or `changed_since`. Raises KeyError."""
    example = "name~=ana" if resource.searched else "id>100"
    filter_ = f"Only those that fit, such as '{example}'; several have to hold together. See above."
    words = "Only those with words that begin so: in name, address, number, city or custom data."
    since = "Only those created or changed since: a date, as in a filter, or a position of 'changes'."
    return {
        "filter": click.Option(
            ["--filter"], type=FilterType(resource.filters), multiple=True, metavar="FILTER", help=filter_
        ),
        "q": Once(["-q", "--search", "q"], metavar="WORDS", help=words),
        "changed_since": Once(["--changed-since"], metavar="WHEN", help=since),
    }[name]


def fields_option(resource: Resource) -> click.Parameter:
    """Which properties are shown."""
    return click.Option(
        ["--fields"],
        type=FieldsType(resource.fields),
        metavar="NAMES",
        help="Only these properties, with commas between; * is the usual ones.",
    )


def help_of(resource: Resource) -> str:
    """What a filter is made of, and what a list can show."""
    more = ", ".join(name for name in resource.fields if name not in resource.columns)
    return f"{syntax(resource)}\n\n--fields takes the columns and {more}." if more else syntax(resource)


def syntax(resource: Resource) -> str:
    """What a filter is made of."""
    names = ", ".join(one.name for one in resource.filters)
    encoded = " In a KEY write = ! < > ~ % as %3D %21 %3C %3E %7E %25." if "<key>" in names else ""
    return (
        "A FILTER is a property, one of = != < <= > >= ~= (has words that begin so) and a value; several = of one property mean"
        " any of them, and an empty value means null. Dates are 2026-01-31, today, -7d, -24h. Put it into quotes: < and > mean"
        f" something else in a shell. The properties: {names.replace('<key>', 'KEY')}.{encoded}"
    )


def columns(resource: Resource, fields: str | None) -> tuple[str, ...]:
    """The columns of what is shown: those that are asked for, in their order."""
    if fields is None:
        return resource.columns
    return tuple(dict.fromkeys(_columns(resource, fields)))


def _columns(resource: Resource, fields: str) -> Iterator[str]:
    for name in map(str.strip, fields.split(",")):
        yield from resource.columns if name == "*" else (name,)


def value(resource: Resource, record: Any, name: str) -> Any:
    """That of a column: of a property, of one of a record that it shows (`email.email`), or of all of it (`email.*`).

    None where the record has none; of a record that it shows what a list has of it.
    """
    found = record
    for part in name.removesuffix(".*").split("."):
        found = found.get(part) if isinstance(found, dict) else None
    shows = next((one.shows for one in resource.nested if one.name == name), None)
    if shows and isinstance(found, dict):
        return {key: one for key, one in found.items() if key in shows}
    return found
