"""What each role of a user, and each kind of API key, lets do: permissions, as routes state them.

`lead:read` reads leads, `lead:create` adds new ones and nothing else, `lead:write` changes and deletes them.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

from closum import resources
from closum.model.resource import Resource
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.contact_type import CONTACT_TYPE
from closum.resources.lead import LEAD
from closum.resources.together import Resources
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


NONE: Rights = frozenset()


@lru_cache
def rights(kind: str, declared: Resources) -> Rights:
    """What users may do by their role, and keys let do by their kind, where these are all resources.

    Nothing by what this version does not know. Each request asks.
    """
    return _rights(declared).get(kind, NONE)


def allows(role: str, needs: str) -> bool:
    """Whether the permission is among those of a role or a kind of keys."""
    found = rights(role, resources.RESOURCES)
    return needs in found or EVERYTHING in found


def _rights(declared: Resources) -> Mapping[str, Rights]:
    own = [one for one in declared if not one.shared and one not in OF_OWNERS]
    reads = _of("read", declared, _SEEN)
    works = reads | _of("create", own) | _of("write", own, _USED)
    everything = works | {EVERYTHING}
    return {
        OWNER: everything,
        MEMBER: works,
        READER: reads,
        CREATE: _of("create", OF_FORMS),
        READ: reads,
        FULL: everything,
    }


def _of(right: str, declared: Iterable[Resource], others: Iterable[str] = ()) -> Rights:
    return frozenset(f"{name}:{right}" for name in (*(one.name for one in declared), *others))
