"""Writes what the Python client has of each noun: its records, and the methods of both clients."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from closum.model.fields import Document, Field
from closum.model.resource import Nested, Resource
from closum.resources import DECLARED
from tools.clients.python_methods import ASYNC, BLOCKING, methods
from tools.clients.python_parts import HEADER, argument_type, described, docstring, imported, quoted, types_of
from tools.clients.words import article, check, class_name, parsed, words

ROOT = Path(__file__).parents[2]
PACKAGE = "clients/python/src/closum_client"


def files(resources: Sequence[Resource] = DECLARED) -> dict[str, str]:
    """Text of each generated file, by its path from the root of the repository.

    Raises ValueError for names that mean something else.
    """
    check(resources)
    made = {
        f"{PACKAGE}/records.py": records(resources),
        f"{PACKAGE}/_generated/__init__.py": HEADER.format(about="The methods of each noun."),
        f"{PACKAGE}/_generated/resources.py": methods(resources, BLOCKING),
        f"{PACKAGE}/_generated/async_resources.py": methods(resources, ASYNC),
    }
    return {path: tidy(text) for path, text in made.items()}


def tidy(text: str) -> str:
    """The code without imports that it doesn't need, as the formatter has it."""
    for command in (("check", "--fix-only", "--select", "I,F401,RUF022"), ("format",)):
        text = _ruff(*command, text=text)
    return text


def _ruff(*command: str, text: str) -> str:
    name = f"{PACKAGE}/generated.py"
    done = subprocess.run(  # noqa: S603 -- fixed words
        [sys.executable, "-m", "ruff", *command, "--quiet", "--stdin-filename", name, "-"],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"the generated code is no Python: {done.stderr}")
    return done.stdout


def nouns(resources: Sequence[Resource] = DECLARED) -> str:
    """The table of nouns and methods in the client's README."""
    rows = [
        f"| `client.{resource.plural}` | {' '.join(f'`{verb}`' for verb in resource.verbs)} |"
        for resource in resources
    ]
    return "\n".join(["| records | methods |", "|---|---|", *rows])


def records(resources: Sequence[Resource]) -> str:
    """The module of records, of what an argument may be, and of what lists are sorted by."""
    imports = (
        "from dataclasses import dataclass\n"
        "from datetime import datetime\n"
        "from typing import Any, Literal, Self, TypedDict\n\n"
        "from closum_client import _reading as reading\n"
        "from closum_client._record import Record\n\n"
    )
    document = 'Document = str | dict[str, Any] | list[Any]\n"""The text of a JSON document, or what it is of."""\n\n'
    direction = 'Direction = Literal["asc", "desc"]\n\n'
    header = HEADER.format(about="Records, as the API answers them.")
    return "".join([header, imports, _exported(resources), document, direction, *map(_records_of, resources)])


def _exported(resources: Sequence[Resource]) -> str:
    names = ["Direction", "Document", *(name for resource in resources for name in imported(resource))]
    return f"__all__ = [{', '.join(map(quoted, names))}]\n\n"


def _records_of(resource: Resource) -> str:
    sorts = "" if resource.singleton else _sorts(resource)
    nested = "".join(_nested_record(resource, one) + _input(resource, one) for one in resource.nested)
    return sorts + nested + _record(resource)


def _sorts(resource: Resource) -> str:
    return f"{class_name(resource.name)}Sort = Literal[{', '.join(map(quoted, resource.sorts))}]\n\n"


def _record(resource: Resource) -> str:
    fields = {field.name: field for field in resource.fields}
    nested = {one.name: one for one in resource.nested}
    always = set(resource.retrieved) & set(resource.listed or resource.retrieved)
    members = []
    for key in dict.fromkeys((*resource.retrieved, *resource.listed)):
        if key == "id":
            members.append(Member("id", "int", "reading.integer", "required", _about_id(resource)))
        elif key in nested:
            kind = class_name(resource.name, key)
            how = "nullable" if key in always else "optional"
            members.append(Member(key, kind, f"{kind}.from_json", how, nested[key].description))
        else:
            members.append(_member(fields[key], key in always))
    where = "a retrieval" if resource.singleton else "a list or a retrieval"
    about = f"{article(resource.name).capitalize()}, as {where} answers it."
    return _dataclass(class_name(resource.name), about, members)


def _nested_record(resource: Resource, nested: Nested) -> str:
    fields = {field.name: field for field in nested.resource.fields}
    about = f"What {article(resource.name)} shows of its {nested.name}. `id` is None where the answer has none, as in a list."
    members = [Member("id", "int", "reading.integer", "optional", _about_id(nested.resource))]
    members += [_member(fields[key], always=True) for key in nested.shows]
    return _dataclass(class_name(resource.name, nested.name), about, members)


class Member(NamedTuple):
    """A member of a record: `how` is required, nullable or optional (null or absent), `read` what reads its value."""

    name: str
    kind: str
    read: str
    how: str
    about: str
    is_document: bool = False

    @property
    def type(self) -> str:
        return f"{self.kind}{'' if self.how == 'required' else ' | None'}"

    @property
    def reading(self) -> str:
        return f"{self.name}=reading.{self.how}(data, {quoted(self.name)}, {self.read})"


def _member(field: Field, always: bool) -> Member:
    _, kind, _, read = types_of(field)
    is_always_set = field.required or field.read_only
    how = "optional" if not always else "required" if is_always_set else "nullable"
    return Member(field.name, kind, read, how, field.description, isinstance(field, Document))


def _dataclass(name: str, about: str, members: Sequence[Member]) -> str:
    fields = "".join(f"    {one.name}: {one.type}\n" for one in members)
    reads = "".join(f"            {one.reading},\n" for one in members)
    entries = [described(one.name, one.type, one.about) for one in members]
    return (
        "@dataclass(frozen=True, slots=True, kw_only=True, repr=False)\n"
        f"class {name}(Record):\n"
        f"{docstring(about, {'Attributes': entries}, 4)}\n"
        f"{fields}\n"
        "    @classmethod\n"
        "    def from_json(cls, data: Any) -> Self:\n"
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
