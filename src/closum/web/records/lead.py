"""What the page of a lead has beside that of any record."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.operations import stays
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.lead import LEAD
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.resources.note import NOTE
from closum.resources.task import TASK
from closum.store import merged
from closum.store.unit import Unit
from closum.web.records import merges, notices, options
from closum.web.records.notices import Alike
from closum.web.records.options import Choices
from closum.web.records.reading import Others
from closum.web.words import Words

MOST_STAYS = 10


class Work(NamedTuple):
    """What can be chosen for a lead, where it was, and what looks like it."""

    stages: Choices
    users: Choices
    lists: Choices
    stays: Sequence[Mapping[str, Any]]
    merged: Mapping[int, str]
    alike: Sequence[Alike]

    @property
    def has_usual_stages(self) -> bool:
        """Whether there are none but those that every account has."""
        fixed = CONTACT_LIFECYCLE_STAGE.fixed
        return fixed is not None and all(map(fixed.has, self.stages.titles))


def read(unit: Unit, lead: Row) -> Work:
    stage, owner = lead["contact_lifecycle_stage_id"], lead["owner_id"]
    return Work(
        options.of_reference(unit, CONTACT_LIFECYCLE_STAGE, "", [stage] if stage else []),
        options.of_users(unit, [owner] if owner else []),
        options.of_reference(unit, AUDIENCE_LIST, "", []),
        [*stays.shown_of(unit, LEAD, stays.of_record(unit, LEAD, lead["id"], MAX_ID, MOST_STAYS))],
        merges.called(unit, LEAD, [one.record_id for one in merged.sources(unit, LEAD, lead["id"])]),
        notices.of_lead(unit, lead),
    )


def in_words(work: Work, words: Words) -> Work:
    """The same, with the stages and lists as a page calls them."""
    stage = CONTACT_LIFECYCLE_STAGE
    stays = [
        {**one, "label": words.called(stage.name, one["contact_lifecycle_stage_id"], one["label"])}
        for one in work.stays
    ]
    lists = work.lists.in_words(AUDIENCE_LIST, words)
    return work._replace(stages=work.stages.in_words(stage, words), lists=lists, stays=stays)


def by_due(tasks: Iterable[Any]) -> list[Any]:
    """Open ones first, by when they are due; then those that are done, the newest first."""
    return sorted(tasks, key=lambda one: (one["done"] is not None, one["due"] or "9", -one["id"]))


CHILDREN = (NOTE, TASK, LEAD_AUDIENCE_LIST)
"""Those that the page shows in ways of their own."""


def children(found: Sequence[Others]) -> dict[str, Others]:
    """By the name of their resource."""
    return {one.resource.name: one for one in found}
