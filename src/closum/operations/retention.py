"""How long the history and the ledger are kept: what is older than the settings say is removed, every day.

So are sessions, and links to join an account, that have expired.
"""

from functools import partial

from closum.accounts import invitations, sessions
from closum.operations import bin as bins
from closum.operations import counting, duplicate_search, idempotent
from closum.operations.runner import Kind, Work
from closum.store import background, history, ledger
from closum.store.background import Progress
from closum.store.unit import Unit, timestamp

NAME = "retention"
LEDGER = "ledger_retention"
SESSIONS = "session_retention"
DAY = 24 * 3600


def kinds(history_days: int, ledger_days: int) -> list[Kind]:
    """Every kind of background work that servers begin by themselves, with what the settings say."""
    return [
        kind(history_days),
        ledger_kind(ledger_days),
        session_kind(),
        bins.kind(history_days),
        bins.emptying(),
        idempotent.kind(),
        duplicate_search.kind(),
        counting.kind(),
    ]


def kind(days: int) -> Kind:
    """History of the last `days` days is kept. What is older cannot be undone any more."""
    return Kind(NAME, partial(_cut, days), every=DAY)


def ledger_kind(days: int) -> Kind:
    """The ledger of the last `days` days is kept."""
    return Kind(LEDGER, partial(_cut_ledger, days), every=DAY, shared=True)


def session_kind() -> Kind:
    """Sessions, and links to join an account, are kept until they expire."""
    return Kind(SESSIONS, _cut_sessions, every=DAY, shared=True)


def _cut_sessions(unit: Unit, work: Work) -> Progress:
    """Remove sessions and links that have expired."""
    cut = sessions.forget_expired(unit, work.size)
    cut += invitations.forget_expired(unit, work.size - cut)
    return Progress(done=work.progress.done + cut, ended=cut < work.size)


def _cut_ledger(days: int, unit: Unit, work: Work) -> Progress:
    """Remove the oldest entries of the ledger."""
    cut = ledger.cut(unit, timestamp(unit.now - days * DAY), work.size)
    return Progress(done=work.progress.done + cut, ended=cut < work.size)


def _cut(days: int, unit: Unit, work: Work) -> Progress:
    """Remove the oldest changes of the account, and work that ended long ago."""
    history.date(unit)
    cut = history.cut(unit, timestamp(unit.now - days * DAY), work.size)
    ended = cut < work.size
    if ended:
        background.forget_ended(unit)
    return Progress(done=work.progress.done + cut, ended=ended)
