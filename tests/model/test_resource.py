"""Declarations: what one of them refuses to be."""

import pytest

from closum.model.resource import Reference
from closum.resources.city import CITY
from closum.resources.email import EMAIL


def test_a_reference_is_to_what_all_accounts_share() -> None:
    assert Reference("city_id", resource=CITY).resource is CITY
    with pytest.raises(ValueError, match="email_id: email is not shared by all accounts"):
        Reference("email_id", resource=EMAIL)
