"""E-mail addresses: one record per address in an account."""

from functools import lru_cache

from closum.model import address
from closum.model.examples import Examples
from closum.model.fields import Integer, Text, Timestamp
from closum.model.resource import Derived, Exact, Listing, Resource, Unique
from closum.model.text import sort_key


def _keys(email: str) -> tuple[str, str | None, str]:
    key = address.address_key(email)
    return key, sort_key(email), key.rpartition("@")[2]


def read_domain(text: str) -> str:
    """The form in which a domain is stored: `example.com`, also of `@Example.COM` and of an address."""
    return _stored(text.strip().rpartition("@")[2])


@lru_cache(maxsize=4_096)
def _stored(name: str) -> str:
    try:
        return address.address_key(f"any@{name}").rpartition("@")[2]
    except ValueError:
        return name.lower()


EMAIL = Resource(
    name="email",
    fields=(
        Text(
            "email",
            required=True,
            max_length=254,
            strip=True,
            rule=("_email", address.check),
            description="The **email** address to insert, kept as it is written; case does not matter when two are compared",
            example="sylvialhook@closum.com",
        ),
        Integer(
            "status",
            read_only=True,
            initial=1,
            description="The activation **status** relative to email, 1 for a new one",
            example=1,
        ),
        Timestamp(
            "register_date",
            read_only=True,
            description="The **register_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T01:01:01+00:00",
        ),
    ),
    derived=(Derived(("email_key", "email_sort", "domain"), ("email",), _keys),),
    unique=Unique("email_key", "email", personal=True, keys=lambda text: (address.lookup_key(text),)),
    listing=Listing(
        listed=("id", "email", "status", "register_date"),
        retrieved=("id", "email", "status", "register_date"),
        sorts={"id": "id", "email": "email_sort", "status": "status", "register_date": "id"},
        columns=("register_date",),
        filters={"domain": Exact("domain", read_domain)},
    ),
    examples=Examples(
        sample={"email": "sylvialhook@closum.com"},
        update_sample={"id": 1, "email": "update.sylvialhook@closum.com"},
        sample_count=2500,
    ),
)
