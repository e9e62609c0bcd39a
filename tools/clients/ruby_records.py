"""The classes of records, as the Ruby client has them."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from closum.model.fields import Document, Field
from closum.model.relations import Nested
from closum.model.resource import Resource
from tools.clients.ruby_text import WIDTH, block, call, comment, indented, method
from tools.clients.ruby_types import kind
from tools.clients.words import class_name, parsed, plain


class Member(NamedTuple):
    """A value of a record: its name, its type and how it is read, in Ruby, and its description.

    What came `later` may be left out where a record is made: who makes them does not know it.
    """

    name: str
    type: str
    read: str
    description: str = ""
    flag: bool = False
    is_document: bool = False
    later: bool = False


def record(resource: Resource) -> str:
    """The class of the records of a resource."""
    inner = [
        f"{comment(f'{plain(nested.description)}.')}{class_of(class_name(nested.name), _nested_members(nested))}\n"
        for nested in resource.nested
    ]
    return class_of(class_name(resource.name), _members(resource), "".join(inner), tagged=True)


TAG = """# Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
# @return [String, nil]
attr_reader :etag
"""


def class_of(name: str, members: Sequence[Member], inner: str = "", *, tagged: bool = False) -> str:
    """The class of a record; one that is `tagged` has the ETag of its answer, which is none of its values."""
    names = _names([member.name for member in members])
    readers = "".join(map(_reader, members))
    keywords = [f"{member.name}:{' nil' if member.later else ''}" for member in members]
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


def _names(names: Sequence[str]) -> str:
    line = f"NAMES = %i[{' '.join(names)}].freeze\n"
    lines = "\n".join(textwrap.wrap(" ".join(names), WIDTH - 10))
    return line if len(line) <= WIDTH - 4 else f"NAMES = %i[\n{indented(lines)}\n].freeze\n"


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
    shown = dict.fromkeys((*listing.retrieved, *listing.listed, *listing.later.values()))
    always = set(listing.retrieved) & set(listing.listed or listing.retrieved) - set(listing.later)
    later = set(listing.later.values())
    return [
        members[name] if name in always else _optional(members[name])._replace(later=name in later)
        for name in shown
    ]


def _nested_members(nested: Nested) -> list[Member]:
    fields = {field.name: field for field in nested.resource.fields}
    id_ = Member(
        "id", "Integer, nil", 'data["id"]', "Of its own record; nil where the answer has none, as in a list"
    )
    return [id_, *(_member(fields[name]) for name in nested.shows)]


def _optional(member: Member) -> Member:
    """One that only lists, or only retrieved records, show."""
    type_ = member.type if member.type.endswith("nil") else f"{member.type}, nil"
    value = f'data["{member.name}"]'
    is_plain = member.read == _as_it_is(member.name)
    read = value if is_plain else f'({member.read} if data.key?("{member.name}"))'
    return member._replace(type=type_, read=read)


def _as_it_is(name: str) -> str:
    return f'Read.value(data, "{name}")'


def _member(field: Field) -> Member:
    shown, read = kind(field)
    type_ = shown if field.always else f"{shown}, nil"
    return Member(
        field.name,
        type_,
        f'Read.{read}(data, "{field.name}")',
        field.description,
        read == "flag",
        isinstance(field, Document),
    )
