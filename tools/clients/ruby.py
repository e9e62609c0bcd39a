"""What the Ruby client has from the declarations: a file for each resource, and one that puts them together."""

import re
from collections.abc import Sequence

from closum.http.route import Route
from closum.model.fields import Document
from closum.model.resource import Resource
from closum.resources import DECLARED
from tools.clients import ruby_groups, ruby_lists
from tools.clients.groups import BY_HAND, Group, class_names, groups, modules
from tools.clients.methods import MATCH, ON_MATCH, UPSERT, Method, deletion, methods, routes_of, verbs
from tools.clients.ruby_own import ID, nested_param, own_method, short
from tools.clients.ruby_records import record
from tools.clients.ruby_text import block, call, comment, documented, method
from tools.clients.ruby_types import taken
from tools.clients.words import article, class_name, methods_class, parsed, plain, words

FOLDER = "clients/ruby/lib/closum/"
HEADER = """# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

"""
HEADER_OF_ROUTES = HEADER.replace("/resources: change the declarations", "/api: change the routes")
KEYWORDS = (
    "alias and begin break case class def defined do else elsif end ensure false for if in module next nil not "
    "or redo rescue retry return self super then true undef unless until when while yield"
)
METHODS = (
    "clone close deconstruct_keys display dup eql etag extend freeze frozen hash if_match initialize inspect itself match "
    "method methods object_id on_match raise read request returning send tap then to_h to_s values"
)
CONSTANTS = (
    "Address Answer ApiError Array BadRequest Calls Change Changes Class Client Clock Conflict "
    "ConnectionFailed Connections Content ContentTooLarge Date DateTime Encoding Error Export Exported Feed Filters Float "
    "Forbidden GivenToken Gone Hash Hashes Ignored Imported Integer Invalid Kernel Key Limit MethodNotAllowed Module "
    "Mutex NamedResource Net NewestFirst NotFound Object OwnToken Page Pagination Part Plain "
    "PreconditionFailed PreconditionRequired Process Random Read Record Records Refusal Request Resource Resources Retries "
    "RetryAfter Revision Revisions ServerError ServiceUnavailable Shown String Symbol Time TimedOut "
    "Timeout Token Told TooManyRequests Transport Unauthorized UnexpectedAnswer Unreadable "
    "UnsupportedMediaType Upserted User"
)
"""Words that mean something else in Ruby or in the library."""


def files(resources: Sequence[Resource] = DECLARED, routes: Sequence[Route] | None = None) -> dict[str, str]:
    """The text of each generated file, by its path from the root of the repository; without `routes` of the product's own.

    Raises ValueError for a name that means something else in Ruby or in the library.
    """
    for resource in resources:
        _check(resource)
    rows = routes_of(resources) if routes is None else routes
    found = groups(resources, rows)
    for resource in resources:
        _refuse(resource, [], [name for name in _classes(resource) if class_name(name) in class_names(found)])
    own = {resource.name: methods(resource, rows) for resource in resources}
    for resource in resources:
        _refuse(resource, [name for one in own[resource.name] for name in one.names])
    for group in found:
        given = {field.name for one in group.calls for field in one.fields} - {"match", "on_match"}
        _refuse(group, [*group.methods, *sorted(given)])
    made = {f"{FOLDER}generated/{one.name}.rb": _module(one, own[one.name]) for one in resources}
    made |= {f"{FOLDER}generated/{one.name}.rb": HEADER_OF_ROUTES + ruby_groups.module(one) for one in found}
    made |= {
        f"{FOLDER}generated/{name}.rb": HEADER_OF_ROUTES + ruby_groups.records(some)
        for name, some in modules(found).items()
    }
    return made | {f"{FOLDER}generated.rb": _index(resources, found)}


def table(resources: Sequence[Resource] = DECLARED, routes: Sequence[Route] | None = None) -> str:
    """The table of resources and verbs in the client's README, with a column for the verbs that only one has."""
    known = routes_of(resources) if routes is None else routes
    heads, cells = ["`list`", "`create`", "`retrieve(id)`", "`update(id)`", "`patch(id)`", "`delete(id)`"], []
    for resource in resources:
        own = [f"`{UPSERT}`"] if UPSERT in verbs(resource) else []
        own += [f"`{one.name}{'(id)' if one.has_id else ''}`" for one in methods(resource, known)]
        cells.append([*(_cell(resource, verb) for verb in COLUMNS), ", ".join(own)])
    found = groups(resources, known)
    cells += [_cells(one) for one in found]
    plurals = [*(one.plural for one in resources), *(one.plural for one in found)]
    if any(row[-1] for row in cells):
        heads.append("others")
    rows = [
        f"| `client.{one}` | {' | '.join(row[: len(heads)])} |"
        for one, row in zip(plurals, cells, strict=True)
    ]
    return "\n".join([f"| | {' | '.join(heads)} |", f"|{'---|' * (len(heads) + 1)}", *rows])


def _cells(group: Group) -> list[str]:
    """The row of a group."""
    taken = BY_HAND.get(group.name, {}) | {one.name: "" for one in group.calls if one.asks}
    called = {name: f"({given})" if (given := taken.get(name, "id")) else "" for name in group.methods}
    others = ", ".join(f"`{name}{given}`" for name, given in called.items() if name not in COLUMNS)
    return [*("yes" if verb in group.methods else "" for verb in COLUMNS), others]


def _cell(resource: Resource, verb: str) -> str:
    if verb not in resource.verbs:
        return ""
    if resource.singleton and verb == "retrieve":
        return "yes, without `id`"
    if verb == "create" or (verb == "update" and "create" not in resource.verbs):
        return ", ".join(f"`{name}:`" for name in _writable(resource))
    return "the same" if verb in ("update", "patch") else "yes"


def _classes(resource: Resource) -> list[str]:
    """The names of which classes are made."""
    return [resource.name, resource.plural, *(nested.name for nested in resource.nested)]


def _check(resource: Resource) -> None:
    classes = _classes(resource)
    names = [*classes, *(field.name for field in (*resource.fields, *resource.sent))]
    names += [parsed(field.name) for field in resource.fields if isinstance(field, Document)]
    _refuse(resource, names, [name for name in classes if class_name(name) in CONSTANTS.split()])


def _refuse(owner: Resource | Group, names: Sequence[str], refused: Sequence[str] = ()) -> None:
    words = f"{KEYWORDS} {METHODS}".split()
    odd = [name for name in names if name in words or not re.fullmatch("[a-z][a-z0-9_]*", name)]
    if odd or refused:
        raise ValueError(f"{owner.name}: no name for the Ruby client: {', '.join([*odd, *refused])}")


def _index(resources: Sequence[Resource], found: Sequence[Group]) -> str:
    readable = [(resource.plural, methods_class(resource)) for resource in resources]
    readable += [(one.plural, one.class_name) for one in found]
    readers = "\n".join(f"# @return [{type_}]\nattr_reader :{name}\n" for name, type_ in readable)
    made = method("def make_resources(calls)", [f"@{name} = {type_}.new(calls)" for name, type_ in readable])
    module = block("module Resources", f"{readers}\nprivate\n\n{made}")
    needed = [*(one.name for one in resources), *modules(found), *(one.name for one in found)]
    requires = "".join(f'require_relative "generated/{name}"\n' for name in needed)
    return f"{HEADER}{requires}\n" + block(
        "module Closum", f"# The resources of the API, as a Client has them.\n{module}"
    )


def _module(resource: Resource, own: Sequence[Method]) -> str:
    one = f"# One {words(resource.name)}.\n{record(resource)}"
    return HEADER + block("module Closum", f"{one}\n{comment(_owner(resource))}{_verbs(resource, own)}")


def _owner(resource: Resource) -> str:
    if resource.singleton:
        return f"The {words(resource.name)} of the user who is signed in: `client.{resource.plural}`."
    whose = ", the same for every account" if resource.shared else " of your account"
    return f"The {words(resource.plural)}{whose}: `client.{resource.plural}`."


def _verbs(resource: Resource, own: Sequence[Method]) -> str:
    constant = f'PATH = "/api/{resource.slug}"\n'
    made = [VERBS[verb](resource) for verb in verbs(resource)] + [own_method(resource, one) for one in own]
    methods = "\n".join(made)
    return block(f"class {methods_class(resource)} < Resource", f"{constant}\n{methods}")


def _create(resource: Resource) -> str:
    required = [field.name for field in resource.writable if field.needed]
    keywords = [f"{name}:" if name in required else f"{name}: ABSENT" for name in _writable(resource)]
    doc = [
        f"Makes {article(resource.name)}.",
        "",
        *_params(resource),
        RETURNING,
        f"@return [Integer, {class_name(resource.name)}] its id, or the record",
        "@raise [Invalid] with all faults of the values",
        "@raise [Error] sent again only with a key by which the server knows it",
    ]
    head = call("def create", [*keywords, "returning: false"])
    return documented(
        doc, head, call("created", [class_name(resource.name), "returning", *_values(resource)])
    )


def _upsert(resource: Resource) -> str:
    keywords = ["match:", "on_match: nil", "id: nil", *(f"{name}: ABSENT" for name in _writable(resource))]
    doc = [
        f"Makes {article(resource.name)} unless it is there, and otherwise changes it.",
        "",
        f"@param match [String] {MATCH}",
        f"@param on_match [String] {ON_MATCH}",
        f'@param id [Integer, String] the id of the {words(resource.name)}, with `match: "id"`',
        *_params(resource),
        "@return [Upserted] its id, and what became of it as `result`",
        "@raise [ArgumentError] for what is no id",
        "@raise [NotFound]",
        "@raise [Invalid] with all faults of the values, and the ids of several that `match` finds",
        "@raise [Error]",
    ]
    given = ["match", "on_match", "id", *_values(resource)]
    return documented(doc, call("def upsert", keywords), call("upserted", given))


def _retrieve(resource: Resource) -> str:
    record = class_name(resource.name)
    if resource.singleton:
        doc = [f"The {words(resource.name)}.", "", f"@return [{record}]", "@raise [Error]"]
        return documented(doc, "def retrieve", f"retrieved_singleton({record})")
    doc = [
        f"One {words(resource.name)}, or some of its properties.",
        "",
        ID,
        ruby_lists.fields(resource, "retrieve"),
        f"@return [{record}, Hash{{String => Object}}] with `fields:` a Hash, as it is in the answer's JSON",
        "@raise [ArgumentError] for what is no id, and no name in `fields:`",
        "@raise [NotFound]",
        "@raise [BadRequest] the server does not know a property",
        "@raise [Error]",
    ]
    return documented(doc, "def retrieve(id, fields: nil)", f"retrieved({record}, id, fields)")


def _update(resource: Resource) -> str:
    return _changing(resource, "update", "")


def _patch(resource: Resource) -> str:
    names = " or ".join(f"`{field.name}:`" for field in resource.writable if isinstance(field, Document))
    merged = (
        f" A Hash for {names} is merged into the present one, in which nil removes a key." if names else ""
    )
    return _changing(resource, "patch", merged)


def _changing(resource: Resource, verb: str, merged: str) -> str:
    clears = ", and nil clears what may be nil" if _has_optional(resource) else ""
    has_id = not resource.singleton
    doc = [
        f"Changes what is given: what is not keeps its value{clears}.{merged}",
        "",
        *([ID] if has_id else []),
        *_params(resource),
        "@param if_match [String] the `etag` that the record was retrieved with: where it has been changed since, "
        "nothing is changed; without it the last update wins",
        RETURNING,
        f"@return [{class_name(resource.name)}, nil] the record where `returning` asks for it",
        f"@raise [ArgumentError] for what is {'no id or ' if has_id else ''}no etag",
        *(["@raise [NotFound]"] if has_id else []),
        "@raise [PreconditionFailed] when it has been changed since if_match",
        "@raise [Invalid] with all faults of the values",
        "@raise [Error]",
    ]
    first = ["id"] if has_id else []
    keywords = [*first, *(f"{name}: ABSENT" for name in _writable(resource)), "if_match: ABSENT"]
    record = f"({class_name(resource.name)} if returning)"
    done = {"update": "updated", "patch": "patched"}[verb]
    called = call(done if has_id else f"{done}_singleton", [record, *first, "if_match", *_values(resource)])
    return documented(doc, call(f"def {verb}", [*keywords, "returning: false"]), called)


def _delete(resource: Resource) -> str:
    return own_method(resource, deletion(words(resource.name)))


RETURNING = "@param returning [Boolean] whether to return the record as it is then, with its `etag`"
VERBS = {
    "list": ruby_lists.list_methods,
    "create": _create,
    UPSERT: _upsert,
    "retrieve": _retrieve,
    "update": _update,
    "patch": _patch,
    "delete": _delete,
}
COLUMNS = tuple(name for name in VERBS if name != UPSERT)
"""Of the table of resources."""


def _writable(resource: Resource) -> list[str]:
    return [*resource.body_names]


def _has_optional(resource: Resource) -> bool:
    return bool(resource.nested) or not all(field.required for field in resource.writable)


def _values(resource: Resource) -> list[str]:
    keys = {nested.name: nested.key for nested in resource.nested}
    return [short(name, keys[name]) if name in keys else f"{name}:" for name in _writable(resource)]


def _params(resource: Resource) -> list[str]:
    fields = [f"@param {f.name} [{taken(f)}] {plain(f.description)}".rstrip() for f in resource.taken]
    return fields + [nested_param(resource, nested) for nested in resource.nested]
