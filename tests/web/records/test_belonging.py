"""A record that belongs to another one is made on a form that names that one, where it is there."""

import pytest

from closum.model.relations import Parent
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.web.views import View
from tests.support.client import Client
from tests.support.visiting import Visitor

BELONGING = [one for one in RESOURCES if one.parents and "create" in one.verbs]


@pytest.mark.parametrize("resource", BELONGING, ids=lambda one: str(one.name))
def test_a_form_for_a_record_that_is_not_there_is_not_found(
    resource: Resource, owner: Visitor, api: Client, other_api: Client
) -> None:
    """By an address that names another account's record, one that never was, or what is no number."""
    path = f"{View(resource).path}/new"
    for field in (one for one in resource.fields if isinstance(one, Parent)):
        sample = {"name": "Ana"}
        own = api.new(field.resource.name, sample)
        theirs = [other_api.new(field.resource.name, sample) for _ in range(own + 1)][-1]
        assert owner.get(f"{path}?{field.name}={own}").status_code == 200
        for wrong in (theirs, 9_999, "x", f"{own},{theirs}"):
            assert owner.get(f"{path}?{field.name}={wrong}").status_code == 404
