"""The nouns of the API, in the order in which they are listed everywhere."""

from closum.model.resource import Resource
from closum.resources.city import CITY
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE

__all__ = ["CITY", "EMAIL", "LEAD", "PHONE", "RESOURCES"]

RESOURCES: tuple[Resource, ...] = (LEAD, EMAIL, PHONE, CITY)
