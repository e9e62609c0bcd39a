"""Writes CSV. Source: RFC 4180; with a byte-order mark, without which Excel shows no accents."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from closum.formats.guard import guarded_rows
from closum.formats.output import Output

MARK = "\ufeff"


class CsvFile:
    """Rows under headings; the cells at the places `texts` are what people typed, and never come alive."""

    def __init__(
        self, output: Output, headings: Sequence[str], texts: Sequence[int], delimiter: str = ","
    ) -> None:
        self._output, self._texts, self._delimiter = output, texts, delimiter
        self._write([headings], MARK)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        self._write(guarded_rows(rows, self._texts))

    def end(self) -> None:
        """Its length and its digest tell that it is whole."""

    def abandon(self) -> None:
        """Nothing is open."""

    def _write(self, rows: Sequence[Sequence[Any]], start: str = "") -> None:
        text = StringIO(start, newline="")
        text.seek(0, 2)
        csv.writer(text, delimiter=self._delimiter).writerows(rows)
        self._output.write(text.getvalue().encode())
