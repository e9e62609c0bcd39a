"""How many records a rule has given away: whose turn it is. Kept in the row of the rule, whose version stays.

It is no change of the rule: nothing is noted in its history.
"""

from collections.abc import Mapping

from closum.model.resource import Resource
from closum.store.unit import Unit


def add(unit: Unit, resource: Resource, taken: Mapping[int, int]) -> None:
    """Count so many more, by the id of the rule."""
    text = f"UPDATE {resource.name} SET assigned = assigned + ? WHERE account_id = ? AND id = ?"
    unit.run_many(text, [(number, unit.account_id, one) for one, number in sorted(taken.items())])
