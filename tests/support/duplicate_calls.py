"""Calls of the functions of the store that read of leads that look alike, for `tests/store/test_reading.py`, and what they give."""

from collections.abc import Callable
from typing import Any

from closum.model.duplicates import RULES, Lead, hashes
from closum.resources.lead import LEAD
from closum.store import duplicate_place, duplicates, rows

PLACE = (-1, 0, 0, "")


def ids(leads: list[Lead]) -> list[int]:
    return sorted(lead.id for lead in leads)


READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "duplicate_place.behind": (lambda unit: duplicate_place.behind(unit, RULES, "", 0, 9), ([1], 1)),
    "duplicates.blocks": (lambda unit: duplicates.blocks(unit, 0, 9), []),
    "duplicates.count": (duplicates.count, 0),
    "duplicates.dismissals": (lambda unit: duplicates.dismissals(unit, [1, 2]), {}),
    "duplicates.group": (lambda unit: duplicates.group(unit, "email:1"), None),
    "duplicates.groups_of": (lambda unit: duplicates.groups_of(unit, [1, 2]), []),
    "duplicates.hits": (lambda unit: duplicates.hits(unit, hashes(("ana", "silva"))), []),
    "duplicates.leads": (lambda unit: ids(duplicates.leads(unit, [1, 2, 9])), [1, 2]),
    "duplicates.name": (lambda unit: duplicates.name(unit, 1, 9), None),
    "duplicates.named": (
        lambda unit: [duplicates.named(unit, [1, 2], 9, city) for city in ((), (None,), (1,))],
        [[], [], []],
    ),
    "duplicates.names": (lambda unit: [one for _, one in duplicates.names(unit, ("", 0), 9)], [1, 2]),
    "duplicates.number": (lambda unit: duplicates.number(unit, 1), 0),
    "duplicates.is_open": (lambda unit: duplicates.is_open(unit, duplicates.Found(0, 1, 2, "", 1)), False),
    "duplicates.page": (lambda unit: duplicates.page(unit, PLACE, 9), []),
    "duplicates.page_back": (lambda unit: duplicates.page_back(unit, (99, 9, 9, ""), 9), []),
    "duplicates.position": (lambda unit: duplicates.position(unit, (99, 9, 9, ""), 9), 0),
    "duplicates.pairs_of": (lambda unit: duplicates.pairs_of(unit, [1, 2]), []),
    "duplicates.pairs_among": (lambda unit: duplicates.pairs_among(unit, [1, 2]), []),
    "duplicate_place.place": (duplicate_place.place, duplicate_place.Place()),
    "duplicates.shared": (lambda unit: duplicates.shared(unit, "email_id", 0, 9), []),
    "duplicates.sharing": (lambda unit: ids(duplicates.sharing(unit, "email_id", 1, 9)), [1]),
    "duplicates.version": (lambda unit: [duplicates.version(unit, one) for one in (1, 9)], [1, 0]),
    "rows.listed": (lambda unit: sorted(rows.listed(unit, LEAD, [1, 2, 9])), [1, 2]),
}
WRITING = {"background.begin", "duplicate_place.set_place"} | {
    f"duplicates.{name}"
    for name in (
        "add_hashes",
        "close",
        "cut_hashes",
        "cut_older",
        "dismiss",
        "drop_all_hashes",
        "drop_group",
        "drop_hashes",
        "drop_pairs",
        "follow_gone",
        "forget_dismissal",
        "forget_dismissals",
        "put",
        "reopen",
    )
}
