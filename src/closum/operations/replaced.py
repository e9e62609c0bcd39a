"""What only the database knows that a restore replaces: which users and accounts were changed since the backup, and which ids
were given.

Positions of the history, and so ids of operations, go on behind those that it gave, and far behind where it cannot tell.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from closum import resources
from closum.accounts.roles import OWNER
from closum.errors import Refusal
from closum.store import api_keys, history, identity, invitations, numbered, tally
from closum.store.api_keys import Key
from closum.store.identity import Access, Account
from closum.store.location import Before
from closum.store.unit import Unit

SAVED = "The server saved this when it stopped, so it has everything, unless another database was used at this place since."
OTHER = "The replaced database is another one than that of the backup, whose accounts it does not have"
MOST_SKIPPED = 10_000_000
"""Ids of one resource of an account. Nobody gives so many between two backups: the tables are damaged."""
PASSED = 10**9
"""Positions of an account that are passed over where nobody knows how many were given: a month of 400 changes a second."""
MOST_PASSED = 1_000 * PASSED
"""More cannot have been given."""


@dataclass
class Replaced:
    """`missing` says why nothing is known. `births` is of accounts; `owners` has the account of each user; `ids` has the last
    id by account and resource, `positions` that of the last change by account, `numbered` the last id by table.
    """

    missing: str = ""
    births: set[tuple[int, str]] = field(default_factory=set)
    users: dict[str, Access] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    ids: dict[tuple[int, str], int] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)
    numbered: dict[str, int] = field(default_factory=dict)


def look(before: Before) -> Replaced:
    """What can be read of the database that is replaced."""
    if before.is_saved:
        return Replaced(missing=SAVED)
    if not before.is_there:
        return Replaced(missing=f"There was no database at {before.name} to compare with")
    try:
        with before.look() as unit:
            return _read(unit)
    except (Refusal, ValueError) as error:
        return Replaced(missing=f"The replaced database could not be read ({error})")


def go_on_after(unit: Unit, known: Replaced) -> list[str]:
    """End every token and every link of the restored database and give no id again; what people have to be told.

    Users and accounts are as the backup has them: what differs is named, each with the command that does it again.
    """
    numbers = [user.token_number for user in known.users.values()]
    identity.end_all_tokens(unit, above=max(numbers, default=0))
    invitations.remove_all(unit)
    missing = known.missing or ("" if identity.births(unit) <= known.births else OTHER)
    if missing:
        pass_over_positions(unit)
    if missing == SAVED:
        return [SAVED]
    if missing:
        return [
            f"{missing}: ids that were given since the backup may be given again, and users who were removed or"
            " disabled since, or got another password or role, and keys that were revoked since, are as the backup has them; what was"
            " added since is gone. 'closum user list' and 'closum key list' show who is there."
        ]
    numbered.go_on_after(unit, known.numbered)
    told = list(_undone(unit, known))
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
    found.keys = api_keys.keys(unit)
    found.owners = {one.email: one.account_id for one in identity.users(unit)}
    for account in found.accounts:
        found.positions[account.id] = history.last(unit.of(account.id))
        for resource in resources.RESOURCES:
            if not resource.shared:
                found.ids[account.id, resource.name] = tally.last_id(unit.of(account.id), resource)
    found.numbered = numbered.last_ids(unit)
    return found


def _undone(unit: Unit, known: Replaced) -> Iterator[str]:
    """In an order in which the commands can be run: each finds what those before it have made."""
    present = {account.id: account for account in identity.accounts(unit)}
    for account in known.accounts:
        if account.id not in present:
            yield (
                f"  the account '{account.name}' was added, and is gone with its records:"
                f" closum account add {shlex.quote(account.name)}"
            )
    yield from _users(unit, known, present)
    yield from _keys(unit, known, present)
    for account in known.accounts:
        if account.id in present:
            yield from _changed_account(present[account.id], account)


def _users(unit: Unit, known: Replaced, present: Mapping[int, Account]) -> Iterator[str]:
    """Users who are gone, then those who are there: first what makes owners, so that each account has one all the time."""
    users = identity.accesses(unit)
    owners = {account.id: account for account in [*known.accounts, *present.values()]}
    for key, user in known.users.items():
        if key not in users and user.email in known.owners:
            owner = owners[known.owners[user.email]].name
            role = "" if user.role == OWNER else f" --role {user.role}"
            yield (
                f"  {user.email} was added, and is gone:"
                f" closum user add {shlex.quote(user.email)} --account {shlex.quote(owner)}{role}"
            )
    found = [one for key, user in users.items() for one in _changed(user, known.users.get(key))]
    yield from (line for _, line in sorted(found, key=itemgetter(0)))


def _keys(unit: Unit, known: Replaced, present: Mapping[int, Account]) -> Iterator[str]:
    """Keys that were revoked, or made, since the backup."""
    there = {key.id: key for key in api_keys.keys(unit)}
    for key in known.keys:
        if key.account_id not in present:
            continue
        of = f"{shlex.quote(key.name)} --account {shlex.quote(present[key.account_id].name)}"
        if key.id not in there and not key.revoked:
            yield f"  the key '{key.name}' was added, and is gone: closum key add {of} --kind {key.kind}"
        elif key.id in there and key.revoked and not there[key.id].revoked:
            yield f"  the key '{key.name}' was revoked: closum key revoke {of}"


def _changed(user: Access, replaced: Access | None) -> Iterator[tuple[bool, str]]:
    """What has changed of a user, and whether the command takes something from them."""
    email = shlex.quote(user.email)
    if replaced is None:
        yield True, f"  {user.email} was removed: closum user remove {email}"
        return
    if replaced.enabled != user.enabled:
        verb = "enable" if replaced.enabled else "disable"
        yield user.enabled, f"  {user.email} was {verb}d: closum user {verb} {email}"
    if replaced.password_hash != user.password_hash:
        yield False, f"  {user.email} got another password: closum user password {email}"
    if replaced.factor != user.factor:
        line = (
            f"  {user.email} had another second factor, or none: closum user reset-two-factor {email}"
            if user.factor
            else f"  {user.email} had a second factor, and signs in without it now: have them add it again"
        )
        yield False, line
    if replaced.role != user.role:
        line = f"  {user.email} became {replaced.role}: closum user role {email} {replaced.role}"
        yield replaced.role != OWNER, line


def _changed_account(account: Account, replaced: Account) -> Iterator[str]:
    name = shlex.quote(account.name)
    if replaced.enabled != account.enabled:
        verb = "enable" if replaced.enabled else "disable"
        yield f"  the account '{account.name}' was {verb}d: closum account {verb} {name}"
    if replaced.name != account.name:
        new = shlex.quote(replaced.name)
        yield f"  the account '{account.name}' was renamed: closum account rename {name} {new}"


def _skip_ids(unit: Unit, known: Replaced) -> Iterator[str]:
    """Ids up to the last one that was given count as given and erased."""
    for account in identity.accounts(unit):
        for resource in resources.RESOURCES:
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
