"""Who may import what: beside imports one has to have the right to write the records that rows become."""

from collections.abc import Callable
from typing import Any

from closum.accounts.tokens import Identity
from closum.operations import guarded
from closum.operations.guarded import Caller
from closum.resources.lead import LEAD
from closum.store import imports
from closum.store.unit import Unit


def needed(resource: str) -> str:
    """The permission that one has to have: who imports at all imports leads."""
    return "import:write" if resource == LEAD.name else f"{resource}:write"


def require(who: Identity, resource: str) -> None:
    """Raises Forbidden."""
    who.require(needed(resource))


def do(unit: Unit, caller: Caller, function: Callable[..., Any], number: int, *args: Any) -> Any:
    """`function(unit, number, *args)`, which does something with an import, by a user. Raises Forbidden."""
    if found := imports.find(unit, number):
        require(caller.identity, found.resource)
    return guarded.do(unit, caller, function, number, *args)
