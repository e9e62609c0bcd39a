"""What only the database knows that a restore replaces: who was shut out since the backup, and which ids were given.

Positions of the history, and so ids of operations, go on behind those that it gave, and far behind where it cannot tell.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from closum.errors import Refusal
from closum.resources import RESOURCES
from closum.store import history, identity, numbered, tally
from closum.store.identity import Access, Account
from closum.store.location import Before
from closum.store.unit import Unit

OTHER = "The replaced database is another one than that of the backup, whose accounts it does not have"
MOST_SKIPPED = 10_000_000
"""Ids of one resource of an account. Nobody gives so many between two backups: the tables are damaged."""
PASSED = 10**9
"""Positions of an account that are passed over where nobody knows how many were given: a month of 400 changes a second."""
MOST_PASSED = 1_000 * PASSED
"""More cannot have been given."""


@dataclass
class Replaced:
    """`missing` says why nothing is known. `births` is of accounts; `ids` has the last id by account and resource,
    `positions` that of the last change by account, `numbered` the last id by table.
    """

    missing: str = ""
    births: set[tuple[int, str]] = field(default_factory=set)
    users: dict[str, Access] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    ids: dict[tuple[int, str], int] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)
    numbered: dict[str, int] = field(default_factory=dict)


def look(before: Before) -> Replaced:
    """What can be read of the database that is replaced."""
    if not before.is_there:
        return Replaced(missing=f"There was no database at {before.name} to compare with")
    try:
        with before.look() as unit:
            return _read(unit)
    except (Refusal, ValueError) as error:
        return Replaced(missing=f"The replaced database could not be read ({error})")


def go_on_after(unit: Unit, known: Replaced) -> list[str]:
    """End every token of the restored database and give no id again; what people have to be told.

    Users and accounts stay as the backup has them: they are named, with the command that shuts each out again.
    """
    numbers = [user.token_number for user in known.users.values()]
    identity.end_all_tokens(unit, above=max(numbers, default=0))
    missing = known.missing or ("" if identity.births(unit) <= known.births else OTHER)
    if missing:
        pass_over_positions(unit)
        return [
            f"{missing}: ids that were given since the backup may be given again, and users who were removed or"
            " disabled since, or got another password, are as the backup has them. 'closum user list' shows them."
        ]
    numbered.go_on_after(unit, known.numbered)
    told = list(_let_in_again(unit, known))
    if told:
        told.insert(0, "The restore has undone what happened to these since the backup; decide on each:")
    _pass_over_known(unit, known)
    return [*told, *_skip_ids(unit, known)]


def pass_over_positions(unit: Unit) -> None:
    """Have the history of every account go on behind any position that can have been given since a backup was made."""
    for account in identity.accounts(unit):
        _pass_over(unit.of(account.id), None)


def _pass_over_known(unit: Unit, known: Replaced) -> None:
    for account in identity.accounts(unit):
        _pass_over(unit.of(account.id), known.positions.get(account.id, 0))


def _pass_over(unit: Unit, given: int | None) -> None:
    """`given` is the last position that was given; None where nobody knows."""
    last = history.last(unit)
    if given is None or given - last > MOST_PASSED:
        given = last + PASSED
    if given > last:
        history.pass_over(unit, given)


def _read(unit: Unit) -> Replaced:
    found = Replaced(
        births=identity.births(unit), users=identity.accesses(unit), accounts=identity.accounts(unit)
    )
    for account in found.accounts:
        found.positions[account.id] = history.last(unit.of(account.id))
        for resource in RESOURCES:
            if not resource.shared:
                found.ids[account.id, resource.name] = tally.last_id(unit.of(account.id), resource)
    found.numbered = numbered.last_ids(unit)
    return found


def _let_in_again(unit: Unit, known: Replaced) -> Iterator[str]:
    for key, user in identity.accesses(unit).items():
        if user.enabled:
            yield from _changed(user, known.users.get(key))
    disabled = {account.id for account in known.accounts if not account.enabled}
    for account in identity.accounts(unit):
        if account.enabled and account.id in disabled:
            name = shlex.quote(account.name)
            yield f"  the account '{account.name}' was disabled: closum account disable {name}"


def _changed(user: Access, replaced: Access | None) -> Iterator[str]:
    email = shlex.quote(user.email)
    if replaced is None:
        yield f"  {user.email} was removed: closum user remove {email}"
        return
    if not replaced.enabled:
        yield f"  {user.email} was disabled: closum user disable {email}"
    if replaced.password_hash != user.password_hash:
        yield f"  {user.email} got another password: closum user password {email}"


def _skip_ids(unit: Unit, known: Replaced) -> Iterator[str]:
    """Ids up to the last one that was given count as given and erased."""
    for account in identity.accounts(unit):
        for resource in RESOURCES:
            if resource.shared:
                continue
            own = unit.of(account.id)
            behind = known.ids.get((account.id, resource.name), 0) - tally.last_id(own, resource)
            if behind > MOST_SKIPPED:
                yield (
                    f"The replaced database says of the account '{account.name}' that it gave {behind} ids of"
                    f" {resource.plural} since the backup, which cannot be: they may be given again."
                )
            elif behind > 0:
                first = tally.take(own, resource, behind).first_id
                tally.forget(own, resource, range(first, first + behind))
