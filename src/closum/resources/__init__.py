"""The resources of the API, one file each, in the order in which they are listed everywhere.

accounts and the layers above may import it. Begin with lead.py.
"""

from closum.model.resource import Resource
from closum.resources import (
    account,
    audience_list,
    city,
    consent,
    contact_type,
    email,
    lead,
    lead_audience_list,
    note,
    phone,
    task,
)

RESOURCES: tuple[Resource, ...] = (
    lead.LEAD,
    city.CITY,
    email.EMAIL,
    phone.PHONE,
    note.NOTE,
    task.TASK,
    contact_type.CONTACT_TYPE,
    audience_list.AUDIENCE_LIST,
    lead_audience_list.LEAD_AUDIENCE_LIST,
    consent.CONSENT,
)
"""Those with records."""

SINGLETONS: tuple[Resource, ...] = (account.ACCOUNT,)
"""Those that an account has one of."""

DECLARED = (*RESOURCES, *SINGLETONS)
