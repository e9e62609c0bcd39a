"""What only the database knows that a restore replaces: who was shut out since the backup, and which ids were given."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from closum.errors import Refusal
from closum.resources import RESOURCES
from closum.store import identity, numbered, tally
from closum.store.identity import Access, Account
from closum.store.location import Before
from closum.store.unit import Unit

OTHER = "The replaced database is another one than that of the backup, whose accounts it does not have"
MOST_SKIPPED = 10_000_000
"""Ids of one resource of an account. Nobody gives so many between two backups: the tables are damaged."""


@dataclass
class Replaced:
    """`missing` says why nothing is known. `births` is of accounts; `ids` has the last id by account and resource,
    `numbered` by table.
    """

    missing: str = ""
    births: set[tuple[int, str]] = field(default_factory=set)
    users: dict[str, Access] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    ids: dict[tuple[int, str], int] = field(default_factory=dict)
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
        return [
            f"{missing}: ids that were given since the backup may be given again, and users who were removed or"
            " disabled since, or got another password, are as the backup has them. 'closum user list' shows them."
        ]
    numbered.go_on_after(unit, known.numbered)
    told = list(_let_in_again(unit, known))
    if told:
        told.insert(0, "The restore has undone what happened to these since the backup; decide on each:")
    return [*told, *_skip_ids(unit, known)]


def _read(unit: Unit) -> Replaced:
    found = Replaced(
        births=identity.births(unit), users=identity.accesses(unit), accounts=identity.accounts(unit)
    )
    for account in found.accounts:
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
