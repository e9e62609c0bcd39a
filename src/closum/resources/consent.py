"""Consents: what leads and unqualified leads let an account send, one entry for each time that somebody gave or withdrew one."""

from closum.model.choices import Choice
from closum.model.consents import CHANNELS, GIVEN, STATES, WITHDRAWN, column
from closum.model.examples import Examples
from closum.model.fields import Document, Field, Timestamp
from closum.model.kept import Told
from closum.model.relations import Parent
from closum.model.resource import Listing, Resource
from closum.model.user_fields import Author
from closum.resources.lead import LEAD
from closum.resources.unqualified_lead import UNQUALIFIED_LEAD


def _fields(parent: Resource) -> tuple[Field, ...]:
    link, (sent,) = f"{parent.name}_id", parent.sent
    return (
        Parent(
            link,
            resource=parent,
            sent_as=sent.name,
            description=(
                f"The **{link}** of whom the consent is, the id of one of the [{parent.several}](#tag/{parent.anchor})"
            ),
            example=1,
        ),
        Choice(
            "channel",
            required=True,
            among=CHANNELS,
            description="The **channel** that the consent is for: `email` or `sms`",
            example="email",
        ),
        Choice(
            "state",
            required=True,
            among=STATES,
            description="The **state** of the consent: `given`, or `withdrawn`, which is only for a consent that holds",
            example="given",
        ),
        Document(
            "environment",
            description=(
                "The **environment** in which the consent was given or withdrawn, a **JSON** formatted string, at most"
                " 65,536 bytes: what the form knew of the request, as it was sent. It may be sent as an object or array too"
            ),
            example='{"REMOTE_ADDR":"192.0.2.7"}',
        ),
        Author(
            "user_id",
            description="The **user_id** of who noted it; `null` for a command or an API key",
            example=1,
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
    )


def consent_of(parent: Resource, name: str) -> Resource:
    """The consents of the records of a resource, which bodies send with these as their only property in `sent`."""
    link = f"{parent.name}_id"
    keys = ("id", link, "channel", "state", "environment", "user_id", "creation_date")
    return Resource(
        name=name,
        fields=_fields(parent),
        told=Told(
            link,
            by="channel",
            of="state",
            columns={one: column(one) for one in CHANNELS},
            begins=GIVEN,
            ends=WITHDRAWN,
        ),
        listing=Listing(
            listed=keys,
            retrieved=keys,
            sorts={"id": "id", link: link, "creation_date": "id"},
        ),
        examples=Examples(
            sample={
                link: 1,
                "channel": "email",
                "state": "given",
                "environment": {"REMOTE_ADDR": "192.0.2.7", "REQUEST_URI": "/contact"},
            }
        ),
        verbs=("list", "create", "retrieve"),
    )


CONSENT = consent_of(LEAD, "consent")
UNQUALIFIED_LEAD_CONSENT = consent_of(UNQUALIFIED_LEAD, "unqualified_lead_consent")
