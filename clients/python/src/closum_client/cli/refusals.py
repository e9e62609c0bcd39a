"""Better lines for what a server refuses of a record."""

from closum_client.cli import body as bodies
from closum_client.cli.failure import Explain, Lines
from closum_client.errors import ApiError, Invalid, NotFound, PreconditionFailed, PreconditionRequired
from closum_client.resources import Resource

UNCOUNTED = "Count them first: send the same with --dry-run, then again with the --if-count that it shows"


def explain(
    resource: Resource, id: int | None, found: list[bodies.Setter] | None = None, verb: str = "update"
) -> Explain:
    """The lines; `found` are the options that the body is from, and `verb` is what to repeat with a new ETag, "" where there
    was none."""

    def lines(error: ApiError) -> Lines | None:
        if isinstance(error, Invalid) and error.errors:
            return tuple(bodies.faults(error.errors, found or []))
        if isinstance(error, NotFound) and id is not None:
            return (_missing(resource, id, error.merged_into),)
        if isinstance(error, PreconditionFailed):
            return (_changed(resource, id, verb) if verb else error.message,)
        return (UNCOUNTED,) if isinstance(error, PreconditionRequired) else None

    return lines


def _missing(resource: Resource, id: int, merged_into: int | None) -> str:
    if merged_into is None:
        return f"There is no {resource.name} {id}"
    return f"{resource.name.capitalize()} {id} went into {resource.name} {merged_into}"


def _changed(resource: Resource, id: int | None, verb: str) -> str:
    which, again = ("", "show") if id is None else (f" {id}", f"get {id}")
    return (
        f"The {resource.name}{which} has changed since you got that ETag: get the new one with"
        f" '{resource.slug} {again} --etag', then repeat the {verb}"
    )
