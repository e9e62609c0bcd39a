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


READS = _of("read", RESOURCES, _SEEN)
"""What only looks."""

_OWN = tuple(one for one in RESOURCES if not one.shared and one not in OF_OWNERS)
_WORKS = READS | _of("create", _OWN) | _of("write", _OWN, _USED)

_ALL = _WORKS | {EVERYTHING}

RIGHTS: dict[str, Rights] = {
    OWNER: _ALL,
    MEMBER: _WORKS,
    READER: READS,
    CREATE: _of("create", OF_FORMS),
    READ: READS,
    FULL: _ALL,
}
"""What users may do by their role, and keys let do by their kind."""

NONE: Rights = frozenset()
"""By what this version does not know."""


def allows(role: str, needs: str) -> bool:
    """Whether the permission is among those of a role or a kind of keys."""
    rights = RIGHTS.get(role, NONE)
    return needs in rights or EVERYTHING in rights
