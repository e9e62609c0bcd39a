"""Leads on audience lists: one record for each lead on each list."""

from closum.model.examples import Examples
from closum.model.fields import Timestamp
from closum.model.relations import Parent
from closum.model.resource import Derived, Listing, Resource, Unique
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.lead import LEAD

LEAD_AUDIENCE_LIST = Resource(
    name="lead_audience_list",
    fields=(
        Parent(
            "lead_id",
            resource=LEAD,
            description="The **lead_id** of the lead that is on the list, the id of one of the [leads](#tag/Leads)",
            example=1,
        ),
        Parent(
            "audience_list_id",
            resource=AUDIENCE_LIST,
            description="The **audience_list_id** of the list, the id of one of the [audience lists](#tag/Audience-lists)",
            example=1,
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    derived=(Derived(("pair",), ("lead_id", "audience_list_id"), lambda lead, one: (f"{lead} {one}",)),),
    unique=Unique("pair", "audience_list_id", repeated=True),
    listing=Listing(
        listed=("id", "lead_id", "audience_list_id", "creation_date"),
        retrieved=("id", "lead_id", "audience_list_id", "creation_date"),
        sorts={
            "id": "id",
            "lead_id": "lead_id",
            "audience_list_id": "audience_list_id",
            "creation_date": "id",
        },
    ),
    examples=Examples(sample={"lead_id": 1, "audience_list_id": 1}),
    verbs=("list", "create", "retrieve", "delete"),
)
