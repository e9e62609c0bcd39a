"""The methods of the Python client that walk a list: `list` and `select`."""

from collections.abc import Iterator
from typing import NamedTuple

from closum.model import projection, query
from closum.model.resource import Resource
from tools.clients.methods import Method
from tools.clients.python_parts import docstring
from tools.clients.words import class_name, plain, words

FIELDS = (
    "fields (str): Names of properties, or a text with commas between, such as {examples}; "
    "`*` are those that `{verb}` has."
)
RAISES = [
    "ValueError: limit or page is out of range, or a filter in `where` has no value.",
    "BadRequest: the server does not know a property or an operator; its message has those that there are. While it is walked.",
    "ClosumError: while it is walked.",
]


class Argument(NamedTuple):
    """An argument of a list: `shown` is its type as the docstring has it."""

    name: str
    type: str
    shown: str
    about: str


def list_(resource: Resource, prefix: str) -> str:
    """The method that gives records."""
    name = class_name(resource.name)
    about = f"The {words(resource.plural)}, asked for page by page while they are walked."
    returns = f"{prefix}Records[{name}]: to walk over; `first_page()` and `pages()` give pages with counts."
    return _method(resource, "list", about, [], returns, f"{prefix}Records[{name}]", prefix)


def select(resource: Resource, prefix: str) -> str:
    """The method that gives the properties that are asked for."""
    about = f"Some properties of the {words(resource.plural)}, walked as `list` is."
    type_ = f"{prefix}Records[dict[str, Any]]"
    returns = f"{prefix}Records[dict]: to walk over, each as it is in the answer's JSON."
    return _method(resource, "select", about, ["fields"], returns, type_, prefix)


def _method(
    resource: Resource, name: str, about: str, first: list[str], returns: str, type_: str, prefix: str
) -> str:
    arguments = [*_arguments(resource)]
    entries = [fields(resource, "list")] if first else []
    entries += [f"{one.name} ({one.shown}): {one.about}" for one in arguments]
    head = "        fields: str | Sequence[str],\n" if first else ""
    signature = "".join(f"        {one.name}: {one.type} | None = None,\n" for one in arguments)
    passed = "".join(f"            {one},\n" for one in (*first, *(f"{a.name}={a.name}" for a in arguments)))
    return (
        f"    def {name}(\n        self,\n{head}        *,\n{signature}    ) -> {type_}:\n"
        f"{docstring(about, {'Args': entries, 'Returns': [returns], 'Raises': RAISES}, 8)}"
        f"        listing = self._verbs.{name}(\n{passed}        )\n"
        f"        return {prefix}Records(self._driver, listing)\n\n"
    )


def export(resource: Resource, method: Method, define: str, wait: str) -> str:
    """The method that has all records that fit arrive in a file; it is defined and waited for in these words."""
    arguments = [one for one in _arguments(resource) if one.name in ("where", *method.query)]
    entries = [
        "file (str | PathLike | BinaryIO): The path of a file, which is there when it is whole, or a binary file that is"
        " open for writing.",
        "format (str): csv, xlsx or ndjson; by the end of the path, else csv.",
        fields(resource, "list"),
        "overwrite (bool): Whether a file that exists is replaced.",
        *(f"{one.name} ({one.shown}): As in `list`." for one in arguments),
    ]
    raises = [
        "FileExistsError: there is a file, and `overwrite` is not given.",
        "ValueError: `format` is none, `fields` is empty, or a filter in `where` has no value.",
        "BadRequest: the server does not know a property or an operator, or a file of the format cannot hold the records.",
        "UnexpectedAnswer: what has arrived is not what was sent.",
        "ClosumError",
    ]
    sections = {"Args": entries, "Returns": ["Exported: its `size` and `sha256`."], "Raises": raises}
    signature = "".join(f"        {one.name}: {one.type} | None = None,\n" for one in arguments)
    passed = "".join(f"                {one.name}={one.name},\n" for one in arguments)
    return (
        f"    {define} {method.name}(\n        self,\n        file: Target,\n        *,\n        format: str | None = None,\n"
        f"        fields: str | Sequence[str] | None = None,\n        overwrite: bool = False,\n{signature}    ) -> Exported:\n"
        f"{docstring(plain(method.about), sections, 8)}"
        f"        return {wait}self._driver.run(\n            self._verbs.{method.name}(\n"
        f"                file,\n                format,\n                fields,\n                overwrite,\n{passed}            )\n        )\n\n"
    )


def _arguments(resource: Resource) -> Iterator[Argument]:
    sorts, usual = ", ".join(query.sorts(resource)), resource.listing.default_sort
    size = f"How many records a page has, {query.MAX_LIMIT} at most; {query.DEFAULT_LIMIT} by default."
    yield Argument("limit", "int", "int", size)
    yield Argument("page", "int", "int", "The page to begin with, from 1; the first by default.")
    yield Argument("sort", f"{class_name(resource.name)}Sort", "str", f"One of {sorts}; {usual} by default.")
    yield Argument("direction", "Direction", "str", "asc or desc; asc by default.")
    yield Argument(
        "filter",
        "str | Sequence[str]",
        "str | list[str]",
        f"`{example(resource)}`, or several that all have to hold: a property, an operator (= != < <= > >= ~=) and a value, "
        "where none means null.",
    )
    yield Argument(
        "where",
        "Where",
        "dict",
        'Values that properties have, by name, such as `{"id": 1}`; None is null, and of a list of values any fits.',
    )
    if resource.terms:
        found = "Words that a record has, each as the beginning of one of its own, without accents and case."
        yield Argument("q", "str", "str", found)
    by_cursor = (
        '"" to walk by cursor: no record is left out or comes twice where others come and go meanwhile.'
    )
    if query.changes(resource):
        since = "Those created or changed since a position of `client.changes`, a date or a time, or `-7d`."
        yield Argument("changed_since", "Since", "str | date", since)
    yield Argument("cursor", "str", "str", by_cursor)
    yield Argument("count", "bool", "bool", "False where nobody needs to know how many records there are.")


def fields(resource: Resource, verb: str) -> str:
    """The entry of the argument `fields` in a docstring."""
    return FIELDS.format(examples=" and ".join(f"`{name}`" for name in shown(resource)), verb=verb)


def shown(resource: Resource) -> list[str]:
    """Names that `fields` takes: of a record that it shows or refers to, where there is one."""
    known = projection.known(resource)
    of_others = [name for name in known if "." in name and not name.endswith(".id")]
    return [of_others[0], of_others[-1]] if of_others else [*known[:2]]


def example(resource: Resource) -> str:
    """A filter that the resource's lists take."""
    return f"{'name~=ana' if resource.terms else 'id>=100'}"
