"""Erasing a person in steps of a server: each a transaction, of exactly what a plan has that somebody has seen."""

import hashlib

from closum.operations.edit import Key
from closum.operations.person import Erased, Erasure, Plan
from closum.store.unit import Unit


def fingerprint(plan: Plan) -> str:
    """What two plans have in common that erase the same records in the same states."""
    versions: list[tuple[Key, int]] = [
        *plan.showing.items(),
        *plan.records.items(),
        *plan.children.items(),
        *plan.former.items(),
    ]
    text = repr(sorted((resource.name, record_id, version) for (resource, record_id), version in versions))
    return hashlib.sha256(text.encode()).hexdigest()


def count(plan: Plan) -> int:
    """How many steps there are."""
    return sum(1 for _ in Erasure(plan).steps())


def step(unit: Unit, plan: Plan, number: int) -> Erased:
    """Carry out one step, from 0 on; what has gone. Each is of an erasure of its own, so that it can be run again."""
    erasure = Erasure(plan)
    for place, carry_out in enumerate(erasure.steps()):
        if place == number:
            carry_out(unit)
    return erasure.total
