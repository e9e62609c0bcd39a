"""Progress of long work, on standard error: bars on a terminal, or lines where a log may be read."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import click

SECONDS_PER_LINE = 5.0

Report = Callable[[int, int | None], None]
"""Called with how much is done and how much there is in all, None where nobody knows."""


@contextlib.contextmanager
def progress(title: str, unit: str) -> Iterator[Report]:
    """Shows a progress bar while the block runs."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def progress_lines(title: str, unit: str) -> Iterator[Report]:
    """A line now and then, on a terminal and in the log of a server alike; none for what is done within seconds."""
    last = time.monotonic()

    def report(done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_PER_LINE:
            last = time.monotonic()
            click.echo(f"closum: {title}: {done} of {total} {unit}", err=True)

    yield report
