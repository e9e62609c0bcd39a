"""The records of the Python client, what an argument may be, and what lists are sorted by."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from closum.model import query
from closum.model.fields import Document, Field
from closum.model.relations import Nested
from closum.model.resource import Resource
from tools.clients.python_parts import (
    HEADER,
    argument_type,
    arguments,
    changes_of,
    described,
    docstring,
    imported,
    new_of,
    quoted,
    types_of,
)
from tools.clients.words import article, class_name, parsed, several, words

OF_ALL = ("Direction", "Document")
"""What is of no resource."""


def index(resources: Sequence[Resource], others: Mapping[str, Sequence[str]]) -> str:
    """The module that has what is public of all resources, and `others` by their modules."""
    imports = [f"from closum_client._record import {', '.join(OF_ALL)}\n"]
    imports += [
        f"from closum_client.records.{one.name} import {', '.join(imported(one))}\n" for one in resources
    ]
    imports += [
        f"from closum_client.records.{one} import {', '.join(names)}\n" for one, names in others.items()
    ]
    names = [*OF_ALL, *(name for resource in resources for name in imported(resource))]
    names += [name for known in others.values() for name in known]
    about = HEADER.format(about="Records, as the API answers them.")
    return f"{about}{''.join(imports)}\n__all__ = [{', '.join(map(quoted, names))}]\n"


def module(resource: Resource) -> str:
    """The module of one resource."""
    imports = (
        "import dataclasses\n"
        "from collections.abc import Mapping, Sequence\n"
        "from datetime import date, datetime\n"
        "from typing import Any, Literal, Required, Self, TypedDict\n\n"
        "from closum_client import _reading as reading\n"
        "from closum_client._record import Document, Record\n"
        "from closum_client._unset import UnsetType\n\n"
    )
    header = HEADER.format(
        about=f"{several(resource).capitalize()}, as the API answers {'it' if resource.singleton else 'them'}."
    )
    return f"{header}{imports}{_records_of(resource)}"


def _records_of(resource: Resource) -> str:
    sorts = "" if resource.singleton else _sorts(resource)
    nested = "".join(_nested_record(resource, one) + _input(resource, one) for one in resource.nested)
    return sorts + nested + _record(resource) + _taken(resource)


def _taken(resource: Resource) -> str:
    """What a create and an update take, as types."""
    one, found = article(resource.name), ""
    if "create" in resource.verbs:
        fields = [
            (arg.name, f"Required[{arg.kind}]" if arg.needed else arg.optional) for arg in arguments(resource)
        ]
        found += _typed(new_of(resource), f"What a create of {one} takes.", fields)
    if "update" in resource.verbs:
        fields = [(arg.name, arg.optional) for arg in arguments(resource)]
        fields.append(("if_match", "str | UnsetType | None"))
        found += _typed(changes_of(resource), f"What an update of {one} takes.", fields)
    return found


def _typed(name: str, about: str, fields: Sequence[tuple[str, str]]) -> str:
    lines = "".join(f"    {field}: {kind}\n" for field, kind in fields)
    return f"class {name}(TypedDict, total=False):\n{docstring(about, {}, 4)}\n{lines}\n\n"


def _sorts(resource: Resource) -> str:
    return f"{class_name(resource.name)}Sort = Literal[{', '.join(map(quoted, query.sorts(resource)))}]\n\n"


def _record(resource: Resource) -> str:
    fields = {field.name: field for field in resource.fields}
    nested = {one.name: one for one in resource.nested}
    listing = resource.listing
    always = set(listing.retrieved) & set(listing.listed or listing.retrieved) - set(listing.later)
    members = []
    for key in dict.fromkeys((*listing.retrieved, *listing.listed, *listing.later.values())):
        if key == "id":
            members.append(Member("id", "int", "reading.integer", "required", _about_id(resource)))
        elif key in nested:
            kind = class_name(resource.name, key)
            how = "nullable" if key in always else "optional"
            members.append(Member(key, kind, f"{kind}.from_json", how, nested[key].description))
        else:
            later = key in listing.later.values()
            members.append(_member(fields[key], key in always)._replace(later=later))
    where = "a retrieval" if resource.singleton else "a list or a retrieval"
    about = f"{article(resource.name).capitalize()}, as {where} answers it."
    return dataclass_of(class_name(resource.name), about, members, TAG)


def _nested_record(resource: Resource, nested: Nested) -> str:
    fields = {field.name: field for field in nested.resource.fields}
    about = f"What {article(resource.name)} shows of its {nested.name}. `id` is None where the answer has none, as in a list."
    members = [Member("id", "int", "reading.integer", "optional", _about_id(nested.resource))]
    members += [_member(fields[key], always=True) for key in nested.shows]
    return dataclass_of(class_name(resource.name, nested.name), about, members)


class Member(NamedTuple):
    """A member of a record: `how` is required, nullable or optional (null or absent), `read` what reads its value."""

    name: str
    kind: str
    read: str
    how: str
    about: str
    is_document: bool = False
    later: bool = False

    @property
    def default(self) -> str:
        """What came later may be left out where a record is made: who makes them does not know it."""
        return " = None" if self.later else ""

    @property
    def type(self) -> str:
        return f"{self.kind}{'' if self.how == 'required' else ' | None'}"

    @property
    def reading(self) -> str:
        return f"{self.name}=reading.{self.how}(data, {quoted(self.name)}, {self.read})"


def _member(field: Field, always: bool) -> Member:
    _, kind, _, read = types_of(field)
    how = "optional" if not always else "required" if field.always else "nullable"
    return Member(field.name, kind, read, how, field.description, isinstance(field, Document))


class Tag(NamedTuple):
    """What a record has of its ETag: the member, the argument that it is read from, its reading, its description."""

    member: str = ""
    argument: str = ""
    reading: str = ""
    about: tuple[str, ...] = ()


TAG = Tag(
    "    etag: str | None = dataclasses.field(default=None, compare=False, repr=False)\n",
    ", etag: str | None = None",
    "            etag=etag,\n",
    (
        "etag (str | None): Names the state of a retrieved record, for `if_match`; None where the answer has none, as in "
        "a list. Two records that differ in it alone are equal.",
    ),
)


def dataclass_of(name: str, about: str, members: Sequence[Member], tag: Tag = Tag()) -> str:  # noqa: B008 -- a value
    """The class of a record."""
    fields = "".join(f"    {one.name}: {one.type}{one.default}\n" for one in members) + tag.member
    reads = "".join(f"            {one.reading},\n" for one in members) + tag.reading
    entries = [*(described(one.name, one.type, one.about) for one in members), *tag.about]
    return (
        "@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)\n"
        f"class {name}(Record):\n"
        f"{docstring(about, {'Attributes': entries}, 4)}\n"
        f"{fields}\n"
        "    @classmethod\n"
        f"    def from_json(cls, data: Any{tag.argument}) -> Self:\n"
        '        """Read it from an answer\'s JSON. Raises ValueError for what is missing."""\n'
        f"        return cls(\n{reads}        )\n\n{''.join(map(_parsed, members))}\n"
    )


def _parsed(member: Member) -> str:
    """The property with the value of a JSON document."""
    if not member.is_document:
        return ""
    return (
        f"    @property\n    def {parsed(member.name)}(self) -> Any:\n"
        f'        """The value of the JSON in `{member.name}`: a dict, a list …; None where there is none."""\n'
        f"        return reading.document(self.{member.name})\n\n"
    )


def _input(resource: Resource, nested: Nested) -> str:
    fields = "".join(f"    {one.name}: {argument_type(one)} | None\n" for one in nested.resource.writable)
    about = f"The {nested.name} of {article(resource.name)} in a create or an update: new values, or an `id`."
    return (
        f"class {class_name(resource.name, nested.name)}Input(TypedDict, total=False):\n"
        f"{docstring(about, {}, 4)}\n"
        f"    id: int | str | None\n{fields}\n\n"
    )


def _about_id(resource: Resource) -> str:
    return f"The id of the {words(resource.name)}"
