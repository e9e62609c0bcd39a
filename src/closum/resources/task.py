"""Tasks: what is to do about a lead, until when, and for whom it is."""

from closum.model.examples import Examples
from closum.model.fields import Text, Timestamp
from closum.model.kept import Earliest
from closum.model.moments import Moment
from closum.model.relations import Parent
from closum.model.resource import Listing, Resource
from closum.model.user_fields import User
from closum.resources.lead import LEAD

TASK = Resource(
    name="task",
    fields=(
        Parent(
            "lead_id",
            resource=LEAD,
            description="The **lead_id** of the lead that the task is about, the id of one of the [leads](#tag/Leads)",
            example=1,
        ),
        Text(
            "text",
            required=True,
            max_length=1_000,
            strip=True,
            description="The **text** of the task, which says what to do",
            example="Call back about the offer",
        ),
        Moment(
            "due",
            description=(
                "The **due** time of the task: `2026-01-31T17:00:00+00:00`. Without an offset it is in the time zone of"
                " the account; a day alone, `2026-01-31`, is the end of that day. Answers have it in UTC"
            ),
            example="2026-01-31T17:00:00+00:00",
        ),
        User(
            "user_id",
            mine=True,
            until="done",
            description="The **user_id** of whom the task is for, a user of the account: by default of who creates it",
            example=1,
        ),
        Moment(
            "done",
            takes_now=True,
            description="When the task was **done**: a time, or `true` for now; `null` or `false` while it is open",
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    earliest=Earliest("lead_id", "next_due", of="due", until="done"),
    listing=Listing(
        listed=("id", "lead_id", "text", "due", "user_id", "done", "creation_date"),
        retrieved=("id", "lead_id", "text", "due", "user_id", "done", "creation_date"),
        sorts={"id": "id", "lead_id": "lead_id", "due": "due", "creation_date": "id"},
    ),
    examples=Examples(
        sample={"lead_id": 1, "due": "2026-01-31T17:00:00+00:00", "text": "Call back about the offer"},
        update_sample={"done": True},
    ),
)
