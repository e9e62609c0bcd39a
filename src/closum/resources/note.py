"""Notes: what people write down about a lead, and what they talked about with it."""

from closum.model.choices import Choice
from closum.model.examples import Examples
from closum.model.fields import Text, Timestamp
from closum.model.kept import Earliest
from closum.model.relations import Parent, Row
from closum.model.resource import Listing, Resource, Searched
from closum.model.terms import Terms, distinct, words
from closum.model.user_fields import Author
from closum.resources.lead import LEAD

KINDS = ("note", "call", "email", "meeting")
CONTACTS = KINDS[1:]
"""Those in which somebody has spoken with the lead."""


def _terms(note: Row) -> Terms:
    return Terms(distinct(words(note["text"])))


NOTE = Resource(
    name="note",
    fields=(
        Parent(
            "lead_id",
            resource=LEAD,
            description="The **lead_id** of the lead that the note is about, the id of one of the [leads](#tag/Leads)",
            example=1,
        ),
        Choice(
            "kind",
            required=True,
            initial="note",
            among=KINDS,
            description=(
                "The **kind** of the note: `note` by default, or `call`, `email` or `meeting` where somebody has spoken"
                " with the lead"
            ),
            example="call",
        ),
        Text(
            "text",
            required=True,
            max_length=65_536,
            description=(
                "The **text** of the note, in Markdown. The server keeps it as it is sent: who shows it as HTML leaves"
                " out what is unsafe"
            ),
            example="Wants an **offer** by Friday",
        ),
        Author(
            "user_id",
            description="The **user_id** of who wrote it, who alone can change it; `null` for a command or an API key",
            example=1,
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    terms=Searched(("text",), _terms),
    earliest=Earliest("lead_id", "first_contact", of="creation_date", among=("kind", CONTACTS)),
    listing=Listing(
        listed=("id", "lead_id", "kind", "text", "user_id", "creation_date"),
        retrieved=("id", "lead_id", "kind", "text", "user_id", "creation_date"),
        sorts={
            "id": "id",
            "lead_id": "lead_id",
            "creation_date": "id",
        },
    ),
    examples=Examples(
        sample={"lead_id": 1, "kind": "call", "text": "Wants an **offer** by Friday"},
        update_sample={"text": "Wants an **offer** by Monday"},
    ),
)
