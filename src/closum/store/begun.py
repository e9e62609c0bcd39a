"""Phone numbers by their first digits: ranges of the index by which pages list them."""

from closum.model import begun
from closum.model.filters import Condition
from closum.store.scope import ACCOUNT
from closum.store.sql import Sql, prepared, sql, value
from closum.store.unit import Unit

PLACE = "number_shown"
"""The column by which pages list numbers."""
_BEHIND = "\U0010fffd"
"""Behind it comes no text that anybody types."""

# One look into the index for each beginning of a calling code and the digits behind it.
_STARTS = """
WITH RECURSIVE found (place) AS (
    SELECT MIN(number_shown) FROM phone WHERE account_id = {account} AND number_shown >= '+' AND number_shown < ','
    UNION ALL
    SELECT (
        SELECT MIN(number_shown) FROM phone
        WHERE account_id = {account} AND number_shown >= substr(place, 1, 4) || {behind} AND number_shown < ','
    )
    FROM found WHERE place IS NOT NULL
)
SELECT place FROM found WHERE place IS NOT NULL
"""


def ranges(unit: Unit, one: Condition) -> list[Sql]:
    """Those that a condition comes to, which have no number in common."""
    starts = prepared(sql(_STARTS, account=ACCOUNT, behind=value(_BEHIND)), "account_id")
    codes = begun.codes(place for (place,) in unit.all(*starts(unit.account_id)))
    found = [place for text in one.values for place in begun.places(text or "", codes)]
    return [_beginning(place) for place in begun.least(found)]


def _beginning(place: str) -> Sql:
    low, high = value(place), value(f"{place}{_BEHIND}")
    return sql(f"{PLACE} >= {{low}} AND {PLACE} < {{high}}", low=low, high=high)
