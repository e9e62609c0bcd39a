"""The resources of the API, one file each, in the order in which they are listed everywhere.

accounts and the layers above may import it. Begin with lead.py.
"""

from closum.model.resource import Resource
from closum.resources import account, city, email, lead, phone

RESOURCES: tuple[Resource, ...] = (lead.LEAD, city.CITY, email.EMAIL, phone.PHONE)
"""Those with records."""

SINGLETONS: tuple[Resource, ...] = (account.ACCOUNT,)
"""Those that an account has one of."""

DECLARED = (*RESOURCES, *SINGLETONS)
