"""The resources of the API, and what a terminal has to know of each."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Filter, Nested, Property, Reference, Resource
from closum_client.resources import (
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
    unqualified_lead_consent,
)

__all__ = ["RESOURCES", "Filter", "Nested", "Property", "Reference", "Resource"]

RESOURCES: tuple[Resource, ...] = (
    lead.RESOURCE,
    city.RESOURCE,
    email.RESOURCE,
    phone.RESOURCE,
    note.RESOURCE,
    task.RESOURCE,
    contact_lifecycle_stage.RESOURCE,
    contact_type.RESOURCE,
    unqualified_lead.RESOURCE,
    audience_list.RESOURCE,
    lead_audience_list.RESOURCE,
    assignment_rule.RESOURCE,
    consent.RESOURCE,
    unqualified_lead_consent.RESOURCE,
    account.RESOURCE,
)
