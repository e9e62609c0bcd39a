"""What is printed on a terminal: tables that fit its width."""

from collections.abc import Iterable, Sequence, Sized

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from closum_client.cli.text import say

GAP = 2
FAIR = 32  # characters of a value that are shown before another column is


class Table:
    """Rows in columns, printed as they come; the first ones settle how wide the columns are.

    Where they are too wide together the `least` of them are left out, one after the other, and then long values cut.
    """

    def __init__(self, columns: Sequence[str], least: Sequence[str]) -> None:
        self._columns, self._least = columns, least
        self._widths: dict[str, int] = {}
        self._console = Console(highlight=False)

    @property
    def left_out(self) -> list[str]:
        return [name for name in self._columns if name not in self._widths]

    def add(self, rows: list[list[str]]) -> None:
        """Print rows, the first ones below the names of the columns."""
        first = not self._widths
        if first:
            self._widths = self._fitted([list(self._columns), *rows])
        table = RichTable(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=first)
        for name, width in self._widths.items():
            table.add_column(Text(name), width=width, no_wrap=True, overflow="ellipsis")
        for row in rows:
            values = dict(zip(self._columns, row, strict=True))
            table.add_row(*(self._cropped(values[name]) for name in self._widths))
        _print(self._console, table)

    def _cropped(self, text: str) -> Text:
        return Text(text[: self._console.width + 1])  # a long one takes rich seconds

    def _fitted(self, rows: list[list[str]]) -> dict[str, int]:
        screen = self._console.width
        cells = zip(*rows, strict=True)
        widths = [max(cell_len(text[:screen]) for text in column) for column in cells]
        widest = dict(zip(self._columns, widths, strict=True))
        for name in self._least:
            if sum(min(width, FAIR) for width in widest.values()) > self._room(widest):
                del widest[name]
        most = max(widest.values())
        while most > 1 and sum(min(width, most) for width in widest.values()) > self._room(widest):
            most -= 1
        return {name: min(width, most) for name, width in widest.items()}

    def _room(self, columns: Sized) -> int:
        return self._console.width - GAP * (len(columns) - 1)


def properties(lines: Iterable[tuple[str, str]]) -> None:
    """Names and values; long values go on in further lines, below their beginning."""
    grid = RichTable.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for name, value in lines:
        grid.add_row(Text(name), Text(value))
    _print(Console(highlight=False), grid)


def _print(console: Console, table: RichTable) -> None:
    with console.capture() as captured:
        console.print(table)
    say(captured.get(), nl=False)
