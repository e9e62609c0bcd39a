"""The methods of the Ruby client that walk a list: `list` and `select`."""

from collections.abc import Iterator

from closum.model import query
from closum.model.resource import Resource
from tools.clients.methods import Method
from tools.clients.python_lists import example, shown
from tools.clients.ruby_text import call, documented
from tools.clients.words import class_name, plain, words


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


def export(resource: Resource, own: Method) -> str:
    """The method that has all records that fit arrive in a file."""
    names = [name for name in _names(resource) if name in ("where", *own.query) and name != "fields"]
    params = [line for line in _params(resource) if line.split()[1] in names]
    doc = [
        plain(own.about),
        "",
        "@param file [String, Pathname, IO] the path of a file, which is there when it is whole, or what is open for writing",
        '@param format [String] "csv", "xlsx" or "ndjson"; by the end of the path unless given, else "csv"',
        fields(resource, "list"),
        "@param overwrite [Boolean] whether a file that exists is replaced",
        *params,
        "@return [Exported] its `size` and `sha256`",
        "@raise [ArgumentError] for a file that exists, an unknown format, and a filter in `where:` without a value",
        "@raise [BadRequest] the server does not know a property or an operator, or a file of the format cannot hold it",
        "@raise [UnexpectedAnswer] what has arrived is not what was sent",
        "@raise [Error]",
    ]
    given = ["format: nil", "fields: nil", "overwrite: false", *(f"{name}: nil" for name in names)]
    passed = ["file", "format", "overwrite", "fields:", *(f"{name}:" for name in names)]
    return documented(doc, call(f"def {own.name}", ["file", *given]), call("exported", passed))


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
