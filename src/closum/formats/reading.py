"""The records of a file whose form is known."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from closum.formats import delimited, ndjson, vcard, xlsx
from closum.formats.form import CSV, NDJSON, VCARD, XLSX, Broken, Form, Record

_READERS: Mapping[str, Callable[[Path, Form], Iterator[Record | Broken]]] = {
    CSV: delimited.read,
    XLSX: xlsx.read,
    NDJSON: ndjson.read,
    VCARD: vcard.read,
}


def records(path: Path, form: Form) -> Iterator[Record | Broken]:
    """The records of a file in their order, without blank ones; memory does not grow with the file.

    Raises Refusal where nothing can be read behind some place: a damaged spreadsheet, a JSON value without an end.
    """
    return _READERS[form.format](path, form)
