"""Who gets a new lead: the first rule of the account that holds for it gives it to its users in turns."""

from collections import Counter
from collections.abc import Mapping, Sequence

from closum.model.relations import Row
from closum.model.text import sort_key
from closum.model.user_fields import listed
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.store import identity, rows, turns
from closum.store.tally import NEVER, Tally
from closum.store.unit import Unit

CITY, LIST, SOURCE = "city_id", "audience_list_id", "source"


class Assigning:
    """The rules, in their order, and who of their users can have a lead. It knows whose turn it is after each lead."""

    def __init__(self, rules: Sequence[Row], users: frozenset[int]) -> None:
        self._rules = rules
        self._users = {
            rule["id"]: [one for one in listed(rule["user_ids"]) if one in users] for rule in rules
        }
        self.taken = Counter[int]()
        """How many leads each rule has given away, by its id."""

    def owner(self, lead: Mapping[str, object], list_id: int | None = None) -> int | None:
        """The user who gets a lead: a new one, or one that is put on a list. None where no rule holds."""
        for rule in self._rules:
            users = self._users[rule["id"]]
            if users and _holds(rule, lead, list_id):
                given: int = rule["assigned"] + self.taken[rule["id"]]
                self.taken[rule["id"]] += 1
                return int(users[given % len(users)])
        return None


def _holds(rule: Row, lead: Mapping[str, object], list_id: int | None) -> bool:
    if rule[LIST] != list_id or rule[CITY] not in (None, lead[CITY]):
        return False
    return rule[SOURCE] is None or sort_key(rule[SOURCE]) == sort_key(str(lead[SOURCE] or ""))


def find(unit: Unit, counters: Mapping[str, Tally]) -> Assigning | None:
    """The rules of the account that are enabled; None, and nothing is read, where it has none. `counters` are its own."""
    if not counters.get(ASSIGNMENT_RULE.name, NEVER).records:
        return None
    rules = rows.all_by(unit, ASSIGNMENT_RULE, "enabled", [1])
    if not rules:
        return None
    users = frozenset(one.id for one in identity.users(unit, unit.account_id) if one.enabled)
    return Assigning(sorted(rules, key=lambda rule: (rule["position"], rule["id"])), users)


def note(unit: Unit, assigning: Assigning) -> None:
    """Keep whose turn it is now, in the transaction that has written the leads."""
    if assigning.taken:
        turns.add(unit, ASSIGNMENT_RULE, assigning.taken)
        assigning.taken = Counter()
