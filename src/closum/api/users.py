"""GET /api/user: the users of the account, whose ids leads, tasks and rules name."""

from closum.accounts import roles, users
from closum.api import revisions, schemas
from closum.api.changes import stretch
from closum.http.answer import Answer
from closum.http.request import Request
from closum.http.route import DATA, Operation, Route, Sample
from closum.model import query
from closum.model.fields import Schema

TAG = "Users"


async def list_(request: Request) -> Answer:
    given = request.parameters("before", "limit")
    most = query.limit(given.get("limit"))
    before = query.number("before", given["before"], 0) if "before" in given else None
    found = await request.db.read(users.page, most, before, account_id=request.account_id)
    return stretch(found.users, found.next, found.next is not None, most)


_USER = schemas.object_of(
    {
        "id": {
            "type": "integer",
            "minimum": 1,
            "description": "The id, for `owner_id` of a lead, `user_id` of a task and `user_ids` of a rule",
        },
        "email": {"type": "string", "description": "The address that the user signs in with"},
        "enabled": {
            "type": "boolean",
            "description": "Whether the user can sign in, and gets new leads by assignment rules",
        },
        "name": {
            "type": ["string", "null"],
            "description": "What the user is called; `null` where nobody has said",
        },
        "role": {
            "type": "string",
            "enum": [*roles.ROLES],
            "description": "What the user may do: [Roles and Keys](#tag/Roles-and-Keys)",
        },
    },
    description="A user of the account",
)
SCHEMAS: dict[str, Schema] = {"AccountUser": _USER}

ROUTES = [
    Route(
        "GET",
        "/api/user",
        list_,
        "user:read",
        Operation(
            "users",
            "listUsers",
            TAG,
            "List All Users",
            "retrieves the users of your account, the newest first. It takes the parameters `before`, `limit`; others are refused.",
            revisions.page_of(
                "Users, the newest first",
                "AccountUser",
                {
                    "type": ["integer", "null"],
                    "minimum": 1,
                    "description": "The `before` of the page that follows; `null` where none does",
                },
                {"id": 1, "email": "email@closum.com", "enabled": True, "name": "Ana Silva", "role": "owner"},
                None,
            ),
            query=("before", "limit"),
            result=DATA,
        ),
        Sample(),
    )
]
