"""Contact lifecycle stages: how far an account is with a lead. Nine are the same everywhere, the others an account's own."""

from closum.model.examples import Examples
from closum.model.fields import Flag, Order, Text
from closum.model.fixed import Fixed
from closum.model.resource import Derived, Listing, Resource
from closum.model.text import sort_key

LABELS = (
    "Não Qualificado",
    "Subscritor",
    "Lead",
    "Marketing Qualified Lead",
    "Sales Qualified Lead",
    "Oportunidade",
    "Cliente",
    "Evangelista",
    "Outro",
)
"""Those of the published API, whose ids are 1 to 9."""

BETWEEN = 10
"""Of two of the nine one has a position that is so much higher: an account's own stages may stand between them."""

CONTACT_LIFECYCLE_STAGE = Resource(
    name="contact_lifecycle_stage",
    fields=(
        Text(
            "label",
            required=True,
            max_length=255,
            strip=True,
            description="The **label** of the contact lifecycle stage",
            example="Não Qualificado",
        ),
        Order(
            "position",
            required=True,
            initial=(len(LABELS) + 1) * BETWEEN,
            description=(
                "The **position** of the stage in lists, from 0: the nine that every account has are at 10, 20 … 90, and"
                " your own are at 100 by default"
            ),
            example=10,
        ),
        Flag(
            "archived",
            required=True,
            initial=0,
            description="1 for a stage that is **archived**: a write that gives it to a lead which is not in it is refused",
            example=0,
        ),
    ),
    derived=(Derived(("label_sort",), ("label",), lambda label: (sort_key(label),)),),
    fixed=Fixed(
        tuple(
            {"label": label, "position": place * BETWEEN, "archived": 0}
            for place, label in enumerate(LABELS, 1)
        ),
        last_id=99,
    ),
    listing=Listing(
        listed=("id", "label"),
        retrieved=("id", "label"),
        sorts={"id": "id", "label": "label_sort", "position": "position"},
        default_sort="position",
    ),
    examples=Examples(sample={"label": "Proposta enviada"}, update_sample={"archived": True}, sample_count=9),
)
