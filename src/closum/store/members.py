"""Records that are on others, such as leads on lists, by the rows that put them there."""

from collections.abc import Sequence

from closum.model.filters import Condition
from closum.store.sql import Sql, joined, sql, value

Among = tuple[Sql, None, Sql | None]
"""What records have to fit, no bounds, and the ids of those that do, where the rows find them."""


def among(account_id: int | None, one: Condition) -> Among:
    """Records that are on one of several, or with `!=` not on one; null is on none."""
    named = [each for each in one.values if each is not None]
    if one.operator == "!=":
        return (
            _found(_ids(account_id, one))
            if not named
            else (_without(_ids(account_id, one, named)), None, None)
        )
    if len(named) == len(one.values):
        return _found(_ids(account_id, one, named))
    on_none, on_one = _without(_ids(account_id, one)), _ids(account_id, one, named or [0])
    return sql("({on_none} OR id IN ({on_one}))", on_none=on_none, on_one=on_one), None, None


def _found(ids: Sql) -> Among:
    return sql("id IN ({ids})", ids=ids), None, ids


def _without(ids: Sql) -> Sql:
    return sql("id NOT IN ({ids})", ids=ids)


def _ids(account_id: int | None, one: Condition, named: Sequence[int] = ()) -> Sql:
    """Those of the records that are on one of the named, or on any."""
    member = one.property.member
    assert member
    every = sql(
        "SELECT DISTINCT {link} AS id FROM {table} WHERE account_id = {account}",
        link=member.link,
        table=member.table,
        account=value(account_id),
    )
    if not named:
        return every
    values = joined(", ", map(value, named))
    return sql("{every} AND {name} IN ({values})", every=every, name=one.property.name, values=values)
