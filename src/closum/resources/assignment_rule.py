"""Assignment rules: which users of an account get its new leads."""

from closum.model.examples import Examples
from closum.model.fields import Flag, Integer, Order, Text, Timestamp
from closum.model.relations import Reference, Use
from closum.model.resource import Listing, Resource
from closum.model.user_fields import Users
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.city import CITY

_SHOWN = (
    "id",
    "position",
    "city_id",
    "audience_list_id",
    "source",
    "user_ids",
    "enabled",
    "creation_date",
)

ASSIGNMENT_RULE = Resource(
    name="assignment_rule",
    fields=(
        Order(
            "position",
            required=True,
            initial=100,
            description=(
                "The **position** of the rule, from 0: the first rule that holds for a lead gives it its owner; of two with"
                " one position, the older one comes first"
            ),
            example=100,
        ),
        Reference(
            "city_id",
            resource=CITY,
            description="It holds for leads of the city with this **city_id**; `null` for any",
            example=40,
        ),
        Use(
            "audience_list_id",
            resource=AUDIENCE_LIST,
            narrows=True,
            description=(
                "It holds for leads without an owner, when they are put on the audience list with this **audience_list_id**;"
                " `null` for new leads"
            ),
            example=1,
        ),
        Text(
            "source",
            max_length=255,
            strip=True,
            description="It holds for leads with this **source**, in upper or lower case; `null` for any",
            example="fair",
        ),
        Users(
            "user_ids",
            required=True,
            initial="[]",
            description=(
                "The **user_ids** of the users of the account who get the leads in turns, in this order. Who is disabled is"
                " left out; a rule without users gives no owner"
            ),
            example=[1, 2],
        ),
        Flag(
            "enabled",
            required=True,
            initial=1,
            description="1 while the rule is **enabled**, 0 while it is not",
            example=1,
        ),
        Integer(
            "assigned",
            read_only=True,
            initial=0,
            description="How many leads the rule has **assigned**, by which it is known whose turn it is",
            example=0,
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    listing=Listing(
        listed=_SHOWN,
        retrieved=_SHOWN,
        sorts={"id": "id", "position": "position", "creation_date": "id"},
        default_sort="position",
    ),
    examples=Examples(
        sample={"position": 10, "city_id": 1, "user_ids": [], "source": "fair"},
        update_sample={"enabled": False},
        sample_count=3,
    ),
)
