"""Which records the statements on a resource reach: those of one account, or what all accounts share."""

from abc import ABC, abstractmethod
from functools import lru_cache

from closum.model.resource import Resource
from closum.store import version
from closum.store.sql import Sql, joined, parameter, sql, value

ACCOUNT = parameter("account_id")


class Scope(ABC):
    """What statements on a resource have of whose its records are.

    `key` are the columns of its primary key; `versions` those that tell a state of a record; `count` is a query of how
    many records there are, as it is kept, and `counts` one of the same for each account: account and count; `positions`
    tells whether a place in the order of ids is found without skipping records (`tally.place`).
    """

    key: tuple[str, ...]
    versions: tuple[str, ...]
    positions: bool
    count: Sql
    counts: Sql

    @abstractmethod
    def where(self, *conditions: Sql | str, of: str = "") -> Sql:
        """What follows WHERE or ON; `of` is the alias of the table, with its dot. The account comes first."""


class _OfAccount(Scope):
    """Rows of the account that the parameter `account_id` names."""

    def where(self, *conditions: Sql | str, of: str = "") -> Sql:
        return joined(" AND ", [Sql(f"{of}account_id = ?", ACCOUNT.values), *conditions])


OF_ACCOUNT: Scope = _OfAccount()
"""That of a table which holds no records of a resource."""


class _Owned(_OfAccount):
    """Records of the account."""

    key = ("account_id", "id")
    versions = version.COLUMNS
    positions = True

    def __init__(self, resource: Resource) -> None:
        name = value(resource.name)
        self.count = sql(
            "(SELECT count FROM tally WHERE account_id = {account} AND resource = {name})",
            account=ACCOUNT,
            name=name,
        )
        self.counts = sql(
            "SELECT account_id, count FROM tally WHERE resource = {name} ORDER BY account_id", name=name
        )


class _Shared(Scope):
    """Records of no account, which has the id 0."""

    key = ("id",)
    versions = ()
    positions = False

    def __init__(self, resource: Resource) -> None:
        kept = sql("(SELECT count FROM city_tally WHERE resource = {name})", name=value(resource.name))
        self.count = kept
        self.counts = sql("SELECT 0, COALESCE({kept}, 0)", kept=kept)

    def where(self, *conditions: Sql | str, of: str = "") -> Sql:
        return joined(" AND ", conditions or ["TRUE"])


@lru_cache
def scope_of(resource: Resource) -> Scope:
    """That of the resource's records."""
    return _Shared(resource) if resource.shared else _Owned(resource)
