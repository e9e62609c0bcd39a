"""Files that are made and read in tests of formats."""

from pathlib import Path
from typing import NamedTuple

import pytest

from closum.errors import Refusal
from closum.formats.detect import detect
from closum.formats.form import Broken, Form, Given, Record
from closum.formats.reading import records

KNOWN = {"Name", "Nome", "E-mail", "Email", "Phone", "Telefone", "City", "Cidade"}


class Read(NamedTuple):
    """What is found out of a file, and its records."""

    form: Form
    sheets: tuple[str, ...]
    records: list[Record | Broken]

    @property
    def cells(self) -> list[list[object]]:
        assert self.broken == []
        return [list(one.cells) for one in self.records if isinstance(one, Record)]

    @property
    def rows(self) -> dict[int, list[object]]:
        """The cells of what can be read, by line."""
        return {one.line: list(one.cells) for one in self.records if isinstance(one, Record)}

    @property
    def broken(self) -> list[tuple[int, str]]:
        return [(one.line, one.rule) for one in self.records if isinstance(one, Broken)]


def read_file(path: Path, given: Given = Given(), media_type: str = "") -> Read:  # noqa: B008 - cannot be changed
    found = detect(path, path.name, media_type, given, KNOWN.__contains__)
    return Read(found.form, found.sheets, list(records(path, found.form)))


def read(
    folder: Path,
    content: str | bytes,
    given: Given = Given(),  # noqa: B008
    name: str = "file.csv",
    media_type: str = "",
) -> Read:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, given, media_type)


def refusal(
    folder: Path,
    content: str | bytes,
    given: Given = Given(),  # noqa: B008
    name: str = "file.csv",
    media_type: str = "",
) -> str:
    """Why a file is not taken."""
    with pytest.raises(Refusal) as refused:
        read(folder, content, given, name, media_type)
    return str(refused.value)
