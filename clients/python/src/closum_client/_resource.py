"""What a terminal has to know of a resource of the API."""

from typing import NamedTuple


class Property(NamedTuple):
    """What a body may set. `type` is "string", "integer", "boolean" (1 or 0), "date-time", "date-time or boolean" (true is
    now), "json" (a text of JSON), "object" or "array".
    """

    name: str
    type: str
    required: bool
    description: str


class Nested(NamedTuple):
    """A record of another resource that one shows; `key` is the property that makes it one, `shows` those in a list."""

    name: str
    resource: str
    key: str
    shows: tuple[str, ...]
    properties: tuple[Property, ...]
    description: str


class Reference(NamedTuple):
    """A property with the id of a record of another resource, which people know by its `label`."""

    name: str
    resource: str
    label: str

    @property
    def slug(self) -> str:
        """The name of the resource in paths."""
        return self.resource.replace(" ", "-")


class Filter(NamedTuple):
    """A property that a list can be filtered by, and the operators that it takes; "custom_data.<key>" has any key."""

    name: str
    operators: tuple[str, ...]


class Action(NamedTuple):
    """A verb that only this resource has: `tail` is the rest of its path, such as "/{id}/merge", `params` are those of the
    query string, and `result` is "record", "data", "nothing", "revisions" or "file". A `conditional` one takes the ETag of the state of the
    record that it is meant for.
    """

    name: str
    method: str
    tail: str
    description: str
    properties: tuple[Property, ...]
    params: tuple[str, ...]
    result: str
    conditional: bool = False


class Resource(NamedTuple):
    """`name` and `plural` are words, such as "contact type". `columns` are the properties of a record in a list, of which a narrow terminal leaves out the `least` first;
    `times` are those that are timestamps; `sorts` is what a list may be sorted by, `filters` what it may be filtered
    by, `fields` what it can show; one that is `searched` takes words, and one that `has_changes` a time since which they
    changed. Of a `singleton` there is one, without an id.
    """

    name: str
    plural: str
    verbs: tuple[str, ...]
    columns: tuple[str, ...]
    least: tuple[str, ...]
    times: tuple[str, ...]
    sorts: tuple[str, ...]
    default_sort: str
    singleton: bool
    properties: tuple[Property, ...]
    nested: tuple[Nested, ...]
    references: tuple[Reference, ...]
    actions: tuple[Action, ...] = ()
    filters: tuple[Filter, ...] = ()
    fields: tuple[str, ...] = ()
    searched: bool = False
    has_changes: bool = False

    @property
    def slug(self) -> str:
        """Its name in paths and as a command: contact-type."""
        return self.name.replace(" ", "-")

    @property
    def key(self) -> str:
        """Its name in bodies and answers: contact_type."""
        return self.name.replace(" ", "_")
