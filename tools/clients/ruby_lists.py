"""The methods of the Ruby client that walk a list: `list` and `select`."""

from collections.abc import Iterator

from closum.model import query
from closum.model.resource import Resource
from tools.clients.python_lists import example, shown
from tools.clients.ruby_text import call, documented
from tools.clients.words import class_name, words


def list_methods(resource: Resource) -> str:
    """Both methods."""
    return f"{_list(resource)}\n{_select(resource)}"


def _list(resource: Resource) -> str:
    record = class_name(resource.name)
    names = _names(resource)
    doc = [
        f"All {words(resource.plural)}, those that fit the filters, or those from a page on. Makes no request by itself.",
        "",
        *_params(resource),
        f"@return [Records<{record}>]",
        *RAISES,
    ]
    head = call("def list", [f"{name}: nil" for name in names])
    return documented(doc, head, call("list_of", [record, *(f"{name}:" for name in names)]))


def _select(resource: Resource) -> str:
    names = _names(resource)
    doc = [
        f"Some properties of the {words(resource.plural)}, walked as `list` is.",
        "",
        fields(resource, "list"),
        "@param (see #list)",
        "@return [Records<Hash{String => Object}>] each as it is in the answer's JSON",
        *RAISES,
    ]
    head = call("def select", ["fields", *(f"{name}: nil" for name in names)])
    return documented(doc, head, call("selected", ["fields", *(f"{name}:" for name in names)]))


RAISES = (
    "@raise [ArgumentError] for a limit or a page that is out of range, and a filter in `where:` without a value",
    "@raise [BadRequest] while it is walked: the server does not know a property or an operator",
)


def fields(resource: Resource, verb: str) -> str:
    """The line of the argument `fields`."""
    examples = " and ".join(f'"{name}"' for name in shown(resource))
    return (
        f"@param fields [Array<String>, String] names of properties, such as {examples}; "
        f'"*" stands for those that `{verb}` has'
    )


def _names(resource: Resource) -> list[str]:
    search = ["q"] if resource.terms else []
    return [*query.PARAMETERS, "filter", "where", *search, *query.changes(resource), "cursor", "count"]


def _params(resource: Resource) -> Iterator[str]:
    sorts = ", ".join(query.sorts(resource))
    yield f"@param limit [Integer] records on a page: {query.DEFAULT_LIMIT} unless given, at most {query.MAX_LIMIT}"
    yield "@param page [Integer] where to begin, from 1"
    yield f"@param sort [String] {sorts}; {resource.listing.default_sort} unless given"
    yield '@param direction [String] "asc" or "desc"'
    yield (
        f'@param filter [String, Array<String>] "{example(resource)}", or several that all have to hold: a property, '
        "an operator (= != < <= > >= ~=) and a value, where none means null"
    )
    yield (
        "@param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an Array "
        "of values any fits"
    )
    if resource.terms:
        yield (
            "@param q [String] words that a record has, each as the beginning of one of its own, without accents and case"
        )
    if query.changes(resource):
        yield (
            "@param changed_since [String, Time, Date] only those that were created or changed since: a position of "
            '`client.changes`, a time, a day, or a text such as "-7d"'
        )
    yield (
        '@param cursor [String] "" to walk by cursor: no record is left out or comes twice where others come and go '
        "meanwhile"
    )
    yield "@param count [Boolean] false where nobody needs to know how many records there are"
