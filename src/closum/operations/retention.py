"""How long history is kept: what is older than the setting says is removed, every day, account by account."""

from functools import partial

from closum.operations.runner import Kind, Work
from closum.store import background, history
from closum.store.background import Progress
from closum.store.unit import Unit, timestamp

NAME = "retention"
DAY = 24 * 3600


def kind(days: int) -> Kind:
    """History of the last `days` days is kept. What is older cannot be undone any more."""
    return Kind(NAME, partial(_cut, days), every=DAY)


def _cut(days: int, unit: Unit, work: Work) -> Progress:
    """Remove the oldest changes of the account, and work that ended long ago."""
    cut = history.cut(unit, timestamp(unit.now - days * DAY), work.size)
    ended = cut < work.size
    if ended:
        background.forget_ended(unit)
    return Progress(done=work.progress.done + cut, ended=ended)
