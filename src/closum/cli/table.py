"""Lists: on a terminal a table with headings; elsewhere one row to a line, with tabs between the columns and no heading."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import click

from closum.cli.printable import printable

GAP = "  "
AT_ONCE = 1_000  # rows that determine the widths of the columns

Row = Sequence[str]


def show(headings: Row, rows: Iterable[Row]) -> None:
    """Print the rows as they come."""
    _show([[one.upper() for one in headings]], rows)


def properties(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and values, which need no headings."""
    _show([], rows)


def _show(head: list[list[str]], rows: Iterable[Row]) -> None:
    for line in _aligned(head, iter(rows)) if sys.stdout.isatty() else map("\t".join, rows):
        click.echo(line)


def _aligned(head: list[list[str]], rows: Iterator[Row]) -> Iterator[str]:
    some = [*head, *_readable(rows)]
    widths = [max(map(len, column)) for column in zip(*some, strict=True)]
    while some:
        for row in some:
            yield GAP.join(map(str.ljust, row, widths)).rstrip()
        some = _readable(rows)


def _readable(rows: Iterator[Row]) -> list[list[str]]:
    return [list(map(printable, row)) for row in islice(rows, AT_ONCE)]
