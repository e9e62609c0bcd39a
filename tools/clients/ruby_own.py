"""The methods of the Ruby client that only one resource has."""

from collections.abc import Iterable

from closum.http.route import DATA, FILE, NOTHING, REVISIONS
from closum.model import query
from closum.model.body_fields import Array
from closum.model.fields import Field
from closum.model.relations import Nested
from closum.model.resource import Resource
from tools.clients import ruby_lists
from tools.clients.methods import QUERY, Method, properties, shape
from tools.clients.ruby_text import WIDTH, call, documented, indented
from tools.clients.ruby_types import taken
from tools.clients.words import class_name, plain

ID = "@param id [Integer, String] an Integer, or its digits"
IF_MATCH = (
    "@param if_match [String] the `etag` that the record was retrieved with: where it has been changed since, "
    "nothing is done"
)


def own_method(resource: Resource, own: Method) -> str:
    """A verb that not every resource has."""
    if own.result == REVISIONS:
        return _revisions(own)
    if own.result == FILE:
        return ruby_lists.export(resource, own)
    record = class_name(resource.name)
    type_, read = {
        NOTHING: ("nil", ""),
        DATA: ("Object", ' { |envelope| envelope["data"] }'),
    }.get(own.result, (record, f" {{ |envelope, etag| {record}.read(data(envelope), etag) }}"))
    doc = [plain(own.about), "", *([ID] if own.has_id else [])]
    nested = {one.name: one for one in resource.nested if one.name in properties(own, resource)}
    doc += [nested_param(resource, nested[f.name]) if f.name in nested else _own_param(f) for f in own.fields]
    doc += [
        f"@param {name} [{QUERY[name].replace('int', 'Integer').replace('str', 'String')}] as in a list"
        for name in own.query
    ]
    if own.conditional:
        doc.append(IF_MATCH)
    doc += [f"@return [{type_}]", *_own_errors(own)]
    names = [f"{f.name}:" if f.needed else f"{f.name}: ABSENT" for f in own.fields]
    names += [f"{name}: nil" for name in own.query]
    names += ["if_match: ABSENT"] if own.conditional else []
    given = [f'"{own.method}"', f'"{own.tail}"', *(["id: id"] if own.has_id else [])]
    given += _hash("params", [f"{name}:" for name in own.query]) + _hash(
        "json", [short(f.name, nested[f.name].key) if f.name in nested else f"{f.name}:" for f in own.fields]
    )
    given += [f"flags: %w[{' '.join(own.flags)}]"] if own.flags else []
    given += ["if_match: if_match"] if own.conditional else []
    head = call(f"def {own.name}", [*(["id"] if own.has_id else []), *names]).removesuffix("()")
    return documented(doc, head, call("acted", given, WIDTH - 10 - len(read)) + read)


def _revisions(own: Method) -> str:
    """A verb that gives the history of a record, to walk over."""
    doc = [
        plain(own.about),
        "",
        ID,
        "@param before [Integer] the operation that they come before; without one it begins with the newest change",
        f"@param limit [Integer] how many are asked for at a time: {query.DEFAULT_LIMIT} unless given, at most {query.MAX_LIMIT}",
        "@return [Revisions]",
        "@raise [ArgumentError] for what is no id, and a limit that is out of range",
    ]
    head = f"def {own.name}(id, before: nil, limit: nil)"
    return documented(doc, head, call("revisions", [f'"{own.tail}"', "id", "before:", "limit:"]))


def _own_param(field: Field) -> str:
    about = plain(field.description)
    if names := shape(field):
        each = "each " if isinstance(field, Array) else ""
        about += f": {each}`{{{', '.join(f'{name}:' for name in names)}}}`"
    return f"@param {field.name} [{taken(field)}] {about}".rstrip()


def _own_errors(own: Method) -> list[str]:
    found = ["@raise [NotFound]"] if own.has_id else []
    if own.conditional:
        found += ["@raise [PreconditionFailed] when it has been changed since if_match"]
    return [*found, "@raise [Error]"]


def _hash(name: str, members: Iterable[str]) -> list[str]:
    found = list(members)
    line, lines = ", ".join(found), indented(",\n".join(found))
    whole = f"{name}: {{ {line} }}" if len(line) < WIDTH - 20 else f"{name}: {{\n{lines}\n}}"
    return [whole] if found else []


def nested_param(resource: Resource, nested: Nested) -> str:
    """The documentation of an argument for a record of another resource."""
    names = ", ".join(f"{name}:" for name in nested.resource.writable_names)
    type_ = f"String, Hash, {class_name(resource.name)}::{class_name(nested.name)}, nil"
    what = f"{plain(nested.description)}: its {nested.key} alone, `{{{names}}}`, or `{{id:}}` of one that is there"
    return f"@param {nested.name} [{type_}] {what}"


def short(name: str, key: str) -> str:
    """The argument as a body has it: a text alone is that property of the record."""
    return f"{name}: short({name}, :{key})"
