"""What is printed on a terminal: tables that fit its width."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from closum_client.cli.text import say

GAP = 2


class Table:
    """Rows in columns, printed as they come; the first ones settle how wide the columns are."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._widths: list[int] = []
        self._console = Console(highlight=False)

    def add(self, rows: list[list[str]]) -> None:
        """Print rows, the first ones below the names of the columns."""
        first = not self._widths
        if first:
            self._widths = self._fitted([list(self._columns), *rows])
        table = RichTable(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=first)
        for name, width in zip(self._columns, self._widths, strict=True):
            table.add_column(Text(name), width=width, no_wrap=True, overflow="ellipsis")
        for row in rows:
            table.add_row(*map(self._cropped, row))
        _print(self._console, table)

    def _cropped(self, text: str) -> Text:
        return Text(text[: self._console.width + 1])  # a long one takes rich seconds

    def _fitted(self, rows: list[list[str]]) -> list[int]:
        room = self._console.width - GAP * (len(self._columns) - 1)
        widest = [max(cell_len(text[:room]) for text in column) for column in zip(*rows, strict=True)]
        most = max(widest)
        while most > 1 and sum(min(width, most) for width in widest) > room:
            most -= 1
        return [min(width, most) for width in widest]


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
