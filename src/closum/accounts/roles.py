"""What each role of a user, and each kind of API key, lets do: permissions, as routes state them.

`lead:read` reads leads, `lead:create` adds new ones and nothing else, `lead:write` changes and deletes them.
"""

from typing import Literal

from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.contact_type import CONTACT_TYPE
from closum.resources.lead import LEAD
from closum.resources.unqualified_lead import UNQUALIFIED_LEAD

Rights = frozenset[str]
"""Permissions, such as `lead:write`; EVERYTHING is among them where none is refused."""

EVERYTHING = "*"

Role = Literal["owner", "member", "reader"]
OWNER: Role = "owner"
MEMBER: Role = "member"
READER: Role = "reader"
ROLES: tuple[Role, ...] = (OWNER, MEMBER, READER)
"""Each may do all that those behind it may do."""

Kind = Literal["create", "read", "full"]
CREATE: Kind = "create"
READ: Kind = "read"
FULL: Kind = "full"
KINDS: tuple[Kind, ...] = (CREATE, READ, FULL)

OF_OWNERS = (CONTACT_LIFECYCLE_STAGE, CONTACT_TYPE, ASSIGNMENT_RULE)
"""What an account declares for all its users: owners alone change it."""

OF_FORMS = (LEAD, UNQUALIFIED_LEAD)
"""What a form on a web page sends."""

_SEEN = ("account", "bin", "change", "import", "job", "operation", "report", "user")
_USED = ("bin", "import", "operation")
"""Beside resources: what every user sees, and what members work with."""


def _of(right: str, resources: tuple[Resource, ...], others: tuple[str, ...] = ()) -> Rights:
    return frozenset(f"{name}:{right}" for name in (*(one.name for one in resources), *others))


_READS = _of("read", RESOURCES, _SEEN)
_OWN = tuple(one for one in RESOURCES if not one.shared and one not in OF_OWNERS)
_WORKS = _READS | _of("create", _OWN) | _of("write", _OWN, _USED)

_OF_ROLES: dict[str, Rights] = {
    READER: _READS,
    MEMBER: _WORKS,
    OWNER: _WORKS | {EVERYTHING},
}
_OF_KINDS: dict[str, Rights] = {
    CREATE: _of("create", OF_FORMS),
    READ: _READS,
    FULL: _WORKS | {EVERYTHING},
}
_NONE: Rights = frozenset()


def of_role(role: str) -> Rights:
    """What a user may do; nothing by a role that this version does not know."""
    return _OF_ROLES.get(role, _NONE)


def of_kind(kind: str) -> Rights:
    """What an API key lets do, likewise."""
    return _OF_KINDS.get(kind, _NONE)


def allows(rights: Rights, needs: str) -> bool:
    """Whether the permission is among them."""
    return needs in rights or EVERYTHING in rights
