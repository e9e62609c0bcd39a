"""When leads entered and left their stages, by what a model remembers of them."""

from tests.support.model.past import Key, Past, View

Stay = tuple[int, str, str | None]
"""A stage, and when a lead entered and left it: None while it is there."""


def stayed(past: Past, lead_id: int) -> list[Stay]:
    """The stays of a lead and of those that went into it, the last one first. A lead that is gone has left its stage,
    and enters it again when it comes back."""
    found, last = list[Stay](), dict[Key, int]()
    shown = past.with_merged(("lead", lead_id))
    for position, one in enumerate(past.events, 1):
        if one.key in shown and position > past.unstaged.get(one.key, 0):
            old, new = stage(one.before), stage(one.after)
            if old != new and old is not None:
                found[last[one.key]] = (*found[last[one.key]][:2], one.at)
            if old != new and new is not None:
                last[one.key] = len(found)
                found.append((new, one.at, None))
    return found[::-1]


def stage(view: View | None) -> int | None:
    return None if view is None else view["contact_lifecycle_stage_id"]
