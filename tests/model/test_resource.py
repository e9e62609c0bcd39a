"""Declarations: what one of them refuses to be."""

from dataclasses import replace

import pytest

from closum.model.relations import Nested, Parent, Reference, Use
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.resources.city import CITY
from closum.resources.contact_type import CONTACT_TYPE
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE


def test_a_reference_is_to_what_all_accounts_share() -> None:
    assert Reference("city_id", resource=CITY).resource is CITY
    with pytest.raises(ValueError, match="email_id: email is not shared by all accounts"):
        Reference("email_id", resource=EMAIL)


def test_what_is_used_is_a_record_of_the_account() -> None:
    assert Use("contact_type_id", resource=CONTACT_TYPE).resource is CONTACT_TYPE
    with pytest.raises(ValueError, match="city_id: city is shared by all accounts"):
        Use("city_id", resource=CITY)


def test_a_parent_is_a_record_of_the_account_and_always_named() -> None:
    assert Parent("lead_id", resource=LEAD).required
    with pytest.raises(ValueError, match="city_id: city is shared by all accounts"):
        Parent("city_id", resource=CITY)
    unnamed = "lead_id: a body that creates a record names its parent"
    with pytest.raises(ValueError, match=unnamed):
        Parent("lead_id", resource=LEAD, required=False)
    with pytest.raises(ValueError, match=unnamed):
        Parent("lead_id", resource=LEAD, read_only=True)
    with pytest.raises(ValueError, match=unnamed):
        Parent("lead_id", resource=LEAD, implied=True)


def test_what_belongs_to_a_record_is_not_shown_by_others() -> None:
    child = replace(PHONE, fields=(*PHONE.fields, Parent("lead_id", resource=LEAD)))
    with pytest.raises(ValueError, match="phone: phone belongs to another record"):
        Nested("phone", child, key="number", shows=("number",), copies=("number",))


def test_what_a_record_shows_and_belongs_to_is_below_it() -> None:
    child = replace(EMAIL, fields=(*EMAIL.fields, Parent("lead_id", resource=LEAD)))
    assert (EMAIL.depth, LEAD.depth, child.depth) == (1, 2, 3)
    assert child.links == ((LEAD, "lead_id"),)
    assert LEAD.links == ((EMAIL, "email_id"), (PHONE, "phone_id"))


@pytest.mark.parametrize(
    "resource", [one for one in RESOURCES if one.terms], ids=lambda resource: resource.name
)
def test_what_searches_find_is_made_of_its_sources_alone(resource: Resource) -> None:
    assert resource.terms
    assert set(resource.terms.sources) <= set(resource.columns)
    some = {column: str(number) for number, column in enumerate(resource.terms.sources)}
    some["custom_data"] = "{}"
    assert any(resource.terms.make(some))
