"""What the Ruby client has from the declarations: a file for each resource, and one that puts them together."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from closum.http.route import Route
from closum.model.fields import Document, Field
from closum.model.resource import Nested, Resource
from closum.resources import DECLARED
from tools.clients import ruby_lists
from tools.clients.methods import Method, deletion, methods, routes_of
from tools.clients.ruby_own import ID, own_method
from tools.clients.ruby_text import block, call, comment, documented, method
from tools.clients.ruby_types import kind, taken
from tools.clients.words import article, class_name, methods_class, parsed, plain, words

FOLDER = "clients/ruby/lib/closum/"
HEADER = """# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

"""
KEYWORDS = (
    "alias and begin break case class def defined do else elsif end ensure false for if in module next nil not "
    "or redo rescue retry return self super then true undef unless until when while yield"
)
METHODS = (
    "clone close deconstruct_keys display dup eql etag extend freeze frozen hash if_match initialize inspect itself method "
    "methods object_id raise read request returning send tap then to_h to_s values"
)
CONSTANTS = (
    "Address Answer ApiError Array BadRequest Calls Change Changes Class Client Clock "
    "Conflict ConnectionFailed Connections ContentTooLarge Date DateTime Encoding Error Feed Filters Float "
    "Forbidden GivenToken Gone Hash Hashes Ignored Integer Invalid Kernel Limit MethodNotAllowed "
    "Module Mutex Net NotFound Object OwnToken Page Pagination Part Plain PreconditionFailed Process "
    "Random Read Record Records Refusal Request Resource Resources Retries RetryAfter Revision "
    "Revisions ServerError ServiceUnavailable Shown String Symbol Time TimedOut Token Told "
    "TooManyRequests Transport Unauthorized UnexpectedAnswer Unreadable UnsupportedMediaType User"
)
"""Words that mean something else in Ruby or in the library."""


class Member(NamedTuple):
    """A value of a record: its name, its type and how it is read, in Ruby, and its description."""

    name: str
    type: str
    read: str
    description: str = ""
    flag: bool = False
    is_document: bool = False


def files(resources: Sequence[Resource] = DECLARED, routes: Sequence[Route] | None = None) -> dict[str, str]:
    """The text of each generated file, by its path from the root of the repository; without `routes` of the product's own.

    Raises ValueError for a name that means something else in Ruby or in the library.
    """
    for resource in resources:
        _check(resource)
    rows = routes_of(resources) if routes is None else routes
    own = {resource.name: methods(resource, rows) for resource in resources}
    for resource in resources:
        _refuse(resource, [name for one in own[resource.name] for name in one.names])
    made = {f"{FOLDER}generated/{one.name}.rb": _module(one, own[one.name]) for one in resources}
    return made | {f"{FOLDER}generated.rb": _index(resources)}


def table(resources: Sequence[Resource] = DECLARED, routes: Sequence[Route] | None = None) -> str:
    """The table of resources and verbs in the client's README, with a column for the verbs that only one has."""
    known = routes_of(resources) if routes is None else routes
    heads, cells = ["`list`", "`create`", "`retrieve(id)`", "`update(id)`", "`patch(id)`", "`delete(id)`"], []
    for resource in resources:
        own = ", ".join(f"`{one.name}{'(id)' if one.has_id else ''}`" for one in methods(resource, known))
        cells.append([*(_cell(resource, verb) for verb in VERBS), own])
    if any(row[-1] for row in cells):
        heads.append("others")
    rows = [
        f"| `client.{resource.plural}` | {' | '.join(row[: len(heads)])} |"
        for resource, row in zip(resources, cells, strict=True)
    ]
    return "\n".join([f"| | {' | '.join(heads)} |", f"|{'---|' * (len(heads) + 1)}", *rows])


def _cell(resource: Resource, verb: str) -> str:
    if verb not in resource.verbs:
        return ""
    if resource.singleton and verb == "retrieve":
        return "yes, without `id`"
    if verb == "create" or (verb == "update" and "create" not in resource.verbs):
        return ", ".join(f"`{name}:`" for name in _writable(resource))
    return "the same" if verb in ("update", "patch") else "yes"


def _check(resource: Resource) -> None:
    classes = [resource.name, resource.plural, *(nested.name for nested in resource.nested)]
    names = [*classes, *(field.name for field in resource.fields)]
    names += [parsed(field.name) for field in resource.fields if isinstance(field, Document)]
    _refuse(resource, names, [name for name in classes if class_name(name) in CONSTANTS.split()])


def _refuse(resource: Resource, names: Sequence[str], refused: Sequence[str] = ()) -> None:
    words = f"{KEYWORDS} {METHODS}".split()
    odd = [name for name in names if name in words or not re.fullmatch("[a-z][a-z0-9_]*", name)]
    if odd or refused:
        raise ValueError(f"{resource.name}: no name for the Ruby client: {', '.join([*odd, *refused])}")


def _index(resources: Sequence[Resource]) -> str:
    readable = [(resource.plural, methods_class(resource)) for resource in resources]
    readers = "\n".join(f"# @return [{type_}]\nattr_reader :{name}\n" for name, type_ in readable)
    made = method("def make_resources(calls)", [f"@{name} = {type_}.new(calls)" for name, type_ in readable])
    module = block("module Resources", f"{readers}\nprivate\n\n{made}")
    requires = "".join(f'require_relative "generated/{resource.name}"\n' for resource in resources)
    return f"{HEADER}{requires}\n" + block(
        "module Closum", f"# The resources of the API, as a Client has them.\n{module}"
    )


def _module(resource: Resource, own: Sequence[Method]) -> str:
    record = f"# One {words(resource.name)}.\n{_record(resource)}"
    return HEADER + block("module Closum", f"{record}\n{comment(_owner(resource))}{_verbs(resource, own)}")


def _owner(resource: Resource) -> str:
    if resource.singleton:
        return f"The {words(resource.name)} of the user who is signed in: `client.{resource.plural}`."
    whose = ", the same for every account" if resource.shared else " of your account"
    return f"The {words(resource.plural)}{whose}: `client.{resource.plural}`."


def _record(resource: Resource) -> str:
    inner = [
        f"{comment(f'{plain(nested.description)}.')}{_class_of(class_name(nested.name), _nested_members(nested))}\n"
        for nested in resource.nested
    ]
    return _class_of(class_name(resource.name), _members(resource), "".join(inner), tagged=True)


TAG = """# Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
# @return [String, nil]
attr_reader :etag
"""


def _class_of(name: str, members: Sequence[Member], inner: str = "", *, tagged: bool = False) -> str:
    """The class of a record; one that is `tagged` has the ETag of its answer, which is none of its values."""
    names = f"NAMES = %i[{' '.join(member.name for member in members)}].freeze\n"
    readers = "".join(map(_reader, members))
    keywords = [f"{member.name}:" for member in members]
    assigned = [f"@{member.name} = {member.name}" for member in members]
    values = [f"{member.name}: {member.read}" for member in members]
    if tagged:
        readers += TAG
        keywords.append("etag: nil")
        assigned.append("@etag = etag")
        values.append("etag: etag")
    made = method(call("def initialize", keywords), [*assigned, "freeze"])
    head = f"def self.read(data{', etag = nil' if tagged else ''})"
    read = method(head, [call("new", values, width=0)])
    body = f"{inner}{names}\n{readers}\n{made}\n# @api private\n{read}"
    return block(f"class {name} < Record", body)


def _reader(member: Member) -> str:
    described = comment(f"{plain(member.description)}.") if member.description else ""
    asked = f"alias {member.name.removeprefix('is_')}? {member.name}\n" if _is_question(member) else ""
    return f"{described}# @return [{member.type}]\nattr_reader :{member.name}\n{asked}{_parsed(member)}"


def _parsed(member: Member) -> str:
    """The method with the value of a JSON document."""
    if not member.is_document:
        return ""
    about = f"The value of the JSON in `{member.name}`; nil where there is none."
    return (
        f"{comment(about)}# @return [Hash, Array, String, Numeric, Boolean, nil]\n"
        f"def {parsed(member.name)} = Read.document({member.name})\n"
    )


def _is_question(member: Member) -> bool:
    return member.flag and member.name.startswith("is_")


def _members(resource: Resource) -> list[Member]:
    members = {"id": Member("id", "Integer", "Read.id(data)")}
    members |= {field.name: _member(field) for field in resource.fields}
    for nested in resource.nested:
        type_ = class_name(nested.name)
        read = f'Read.nested(data, "{nested.name}", {type_})'
        members[nested.name] = Member(nested.name, f"{type_}, nil", read, nested.description)
    listing = resource.listing
    shown = dict.fromkeys((*listing.retrieved, *listing.listed))
    always = set(listing.retrieved) & set(listing.listed or listing.retrieved)
    return [members[name] if name in always else _optional(members[name]) for name in shown]


def _nested_members(nested: Nested) -> list[Member]:
    fields = {field.name: field for field in nested.resource.fields}
    id_ = Member(
        "id", "Integer, nil", 'data["id"]', "Of its own record; nil where the answer has none, as in a list"
    )
    return [id_, *(_member(fields[name]) for name in nested.shows)]


def _optional(member: Member) -> Member:
    """One that only lists, or only retrieved records, show."""
    type_ = member.type if member.type.endswith("nil") else f"{member.type}, nil"
    return member._replace(type=type_, read=f'({member.read} if data.key?("{member.name}"))')


def _member(field: Field) -> Member:
    shown, read = kind(field)
    type_ = shown if field.required or field.read_only else f"{shown}, nil"
    return Member(
        field.name,
        type_,
        f'Read.{read}(data, "{field.name}")',
        field.description,
        read == "flag",
        isinstance(field, Document),
    )


def _verbs(resource: Resource, own: Sequence[Method]) -> str:
    constant = f'PATH = "/api/{resource.name}"\n'
    made = [VERBS[verb](resource) for verb in resource.verbs] + [own_method(resource, one) for one in own]
    methods = "\n".join(made)
    return block(f"class {methods_class(resource)} < Resource", f"{constant}\n{methods}")


MATCH = [
    "@param match [String] the property by which the server looks first whether the record is there, such as `email`,"
    " `phone` or `custom_data.order`",
    "@param on_match [String] what it does with the record that it finds: `update` (the default), `fill_empty`, `skip`,"
    " `fail` or `create`",
]


def _create(resource: Resource) -> str:
    required = [field.name for field in resource.writable if field.needed]
    keywords = [f"{name}:" if name in required else f"{name}: ABSENT" for name in _writable(resource)]
    doc = [
        f"Makes {article(resource.name)}.",
        "",
        *_params(resource),
        RETURNING,
        *(MATCH if resource.nested else []),
        f"@return [Integer, {class_name(resource.name)}] its id, or the record",
        "@raise [Invalid] with all faults of the values",
        "@raise [Error] sent again only with a key by which the server knows it",
    ]
    matches = ["match", "on_match"] if resource.nested else []
    head = call("def create", [*keywords, "returning: false", *(f"{name}: nil" for name in matches)])
    params = f"{{ {', '.join(f'{name}:' for name in matches)} }}" if matches else "{}"
    given = [class_name(resource.name), "returning", params, *_values(resource)]
    return documented(doc, head, call("created", given))


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
    "retrieve": _retrieve,
    "update": _update,
    "patch": _patch,
    "delete": _delete,
}


def _writable(resource: Resource) -> list[str]:
    return [*resource.writable_names, *(nested.name for nested in resource.nested)]


def _has_optional(resource: Resource) -> bool:
    return bool(resource.nested) or not all(field.required for field in resource.writable)


def _values(resource: Resource) -> list[str]:
    short = {nested.name: nested.key for nested in resource.nested}
    return [
        f"{name}: short({name}, :{short[name]})" if name in short else f"{name}:"
        for name in _writable(resource)
    ]


def _params(resource: Resource) -> list[str]:
    fields = [f"@param {f.name} [{taken(f)}] {plain(f.description)}".rstrip() for f in resource.writable]
    return fields + [_nested_param(resource, nested) for nested in resource.nested]


def _nested_param(resource: Resource, nested: Nested) -> str:
    shape = ", ".join(f"{name}:" for name in nested.resource.writable_names)
    type_ = f"String, Hash, {class_name(resource.name)}::{class_name(nested.name)}, nil"
    what = f"{plain(nested.description)}: its {nested.key} alone, `{{{shape}}}`, or `{{id:}}` of one that is there"
    return f"@param {nested.name} [{type_}] {what}"
