"""Bodies for any resource, made from the sample of its declaration."""

from closum.model.resource import Resource
from tests.support.client import JSON


def change(resource: Resource) -> JSON:
    """A body that changes the sample's record: the last of its texts, with a figure before it."""
    name = [name for name, value in resource.sample.items() if isinstance(value, str)][-1]
    return {name: f"1{resource.sample[name]}"}


def alone(resource: Resource) -> JSON:
    """The sample without the records that it links to."""
    nested = {nested.name for nested in resource.nested}
    return {name: value for name, value in resource.sample.items() if name not in nested}
