"""The records of a file whose form is known."""

from collections.abc import Iterator
from pathlib import Path

from closum.formats import delimited
from closum.formats.form import Broken, Form, Record


def records(path: Path, form: Form) -> Iterator[Record | Broken]:
    """The records of a file in their order, without blank ones; memory does not grow with the file."""
    return delimited.read(path, form)
