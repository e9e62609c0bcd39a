"""The resources of the API, one file each, in the order in which they are listed everywhere.

accounts and the layers above may import it. Begin with lead.py.
"""

from closum.model.resource import Resource
from closum.resources import (
    account,
    assignment_rule,
    audience_list,
    city,
    consent,
    contact_lifecycle_stage,
    contact_type,
    email,
    lead,
    lead_audience_list,
    note,
    phone,
    task,
    unqualified_lead,
)
from closum.resources.together import Resources

RESOURCES = Resources(
    lead.LEAD,
    city.CITY,
    email.EMAIL,
    phone.PHONE,
    note.NOTE,
    task.TASK,
    contact_lifecycle_stage.CONTACT_LIFECYCLE_STAGE,
    contact_type.CONTACT_TYPE,
    unqualified_lead.UNQUALIFIED_LEAD,
    audience_list.AUDIENCE_LIST,
    lead_audience_list.LEAD_AUDIENCE_LIST,
    assignment_rule.ASSIGNMENT_RULE,
    consent.CONSENT,
    consent.UNQUALIFIED_LEAD_CONSENT,
)
"""Those with records. What is below `app` and `cli` reads `resources.RESOURCES` where it needs it, and keeps no list of its own."""

SINGLETONS: tuple[Resource, ...] = (account.ACCOUNT,)
"""Those that an account has one of."""

DECLARED = (*RESOURCES, *SINGLETONS)
