"""The sections of the reference, as the OpenAPI document has them: prose with a name, and the calls that belong to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from closum.reference.markdown import anchor
from closum.reference.schema import Json

FRONT = "/docs"
GUIDES = f"{FRONT}/guide"
_GUIDE = re.compile(r"([a-z-]+)\.md")
_ON_FRONT = ("Introduction", "Authentication")


@dataclass(frozen=True, slots=True)
class Operation:
    """A call: what the document tells of it."""

    method: str
    path: str
    told: Json

    @property
    def id(self) -> str:
        return str(self.told["operationId"])

    @property
    def title(self) -> str:
        return str(self.told["summary"])


@dataclass(frozen=True, slots=True)
class Section:
    """`path` is that of its page; `text` is Markdown. The search finds it by its `words`, too."""

    name: str
    path: str
    text: str
    operations: Sequence[Operation] = ()
    words: str = ""

    @property
    def anchor(self) -> str:
        return anchor(self.name)

    @property
    def address(self) -> str:
        """Where it begins, on a page that has several."""
        return f"{self.path}#{self.anchor}" if self.path == FRONT else self.path


def sections(document: Json) -> list[Section]:
    """In the document's order."""
    of_tags: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            of_tags.setdefault(told["tags"][0], []).append(Operation(method.upper(), path, told))
    return [
        Section(tag["name"], _path(tag["name"]), tag["description"], of_tags.get(tag["name"], ()))
        for tag in document["tags"]
    ]


def _path(name: str) -> str:
    return FRONT if name in _ON_FRONT else f"{FRONT}/{anchor(name).lower()}"


class Links:
    """Where the prose leads: `#tag/Leads/operation/createLead`, as the document has it, is `/docs/leads#createLead`, and a
    guide is linked by the name of its file.
    """

    def __init__(self, root_path: str, sections: Sequence[Section]) -> None:
        self._root = root_path
        self._sections: Mapping[str, Section] = {one.anchor: one for one in sections}

    def __call__(self, address: str) -> str:
        """Raises KeyError for a section that is not there."""
        if guide := _GUIDE.fullmatch(address):
            return f"{self._root}{GUIDES}/{guide[1]}"
        _, is_section, place = address.partition("#tag/")
        if not is_section:
            return address
        name, *within = place.split("/")
        section = self._sections[name]
        return f"{self._root}{section.path}#{within[-1]}" if within else f"{self._root}{section.address}"
