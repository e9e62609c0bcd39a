"""What is printed on a terminal: tables that fit its width."""

import os
import shutil
from collections.abc import Iterable, Sequence, Sized

import click
from rich.cells import cell_len, chop_cells, set_cell_size

from closum_client.cli.text import encodable, say

GAP = "  "
FAIR = 22  # cells of a value that are shown before another column is
SHORT = 12  # cells of a value that says enough when it is cut


class Table:
    """Rows in columns, printed as they come; the first ones determine the widths of the columns.

    Where they are too wide together the `least` of them are left out, one after the other, and then long values cut,
    those of the `short` columns first.
    """

    def __init__(self, columns: Sequence[str], least: Sequence[str], short: Sequence[str] = ()) -> None:
        self._columns, self._least, self._short = columns, least, short
        self._widths: dict[str, int] = {}
        self._screen = _width()

    @property
    def left_out(self) -> list[str]:
        return [name for name in self._columns if name not in self._widths]

    def add(self, rows: list[list[str]]) -> None:
        """Print rows, the first ones below the names of the columns."""
        rows = [[encodable(text[: self._screen + 1]) for text in row] for row in rows]
        lines = []
        if not self._widths:
            self._widths = self._fitted([list(self._columns), *rows])
            lines = [bold(self._line(self._columns))]
        lines += map(self._line, rows)
        say("".join(f"{line}\n" for line in lines), nl=False)

    def _line(self, row: Sequence[str]) -> str:
        values = dict(zip(self._columns, row, strict=True))
        return GAP.join(_cut(values[name], width) for name, width in self._widths.items()).rstrip()

    def _fitted(self, rows: list[list[str]]) -> dict[str, int]:
        cells = (max(map(cell_len, column)) for column in zip(*rows, strict=True))
        widths = dict(zip(self._columns, cells, strict=True))
        fair = {name: SHORT if name in self._short else FAIR for name in widths}
        for name in self._least:
            if sum(min(width, fair[one]) for one, width in widths.items()) > self._free(widths):
                del widths[name]
        for names, least in ((widths.keys() & self._short, SHORT), (widths, 1)):
            while names and sum(widths.values()) > self._free(widths):
                widest = max(names, key=widths.__getitem__)
                if widths[widest] <= least:
                    break
                widths[widest] -= 1
        return widths

    def _free(self, columns: Sized) -> int:
        return self._screen - len(GAP) * (len(columns) - 1)


def properties(lines: Iterable[tuple[str, str]]) -> None:
    """Names and values; long values go on in further lines, below their beginning."""
    lines = [(encodable(name), encodable(value)) for name, value in lines]
    width = max((cell_len(name) for name, _ in lines), default=0)
    free = max(_width() - width - len(GAP), 2)
    for name, value in lines:
        first, *more = chop_cells(value, free) or [""]
        say(f"{bold(set_cell_size(name, width))}{GAP}{first}".rstrip())
        for line in more:
            say(f"{' ' * width}{GAP}{line}".rstrip())


def bold(text: str) -> str:
    """The text in bold letters, where the terminal has them and NO_COLOR does not ask for plain ones."""
    environ = os.environ  # noqa: TID251 - what every program on a terminal looks at, no settings
    plain = environ.get("NO_COLOR") or environ.get("TERM", "dumb") in ("dumb", "unknown")
    return text if plain else click.style(text, bold=True)


def _cut(text: str, width: int) -> str:
    """The text in so many cells, with a sign where there is more of it."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    more = encodable("…")
    more = "." * min(3, width) if len(more) > 1 else more
    return set_cell_size(text, width - len(more)) + more


def _width() -> int:
    return shutil.get_terminal_size().columns
