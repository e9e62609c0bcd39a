"""The whole route table: each row says what answers, who may call, and all that is told of the call."""

from collections.abc import Sequence

from closum.accounts import credentials
from closum.api import (
    account,
    batch,
    bulk,
    changes,
    duplicates,
    export,
    handlers,
    imports,
    merge,
    operations,
    reports,
    responses,
    schemas,
    stages,
    users,
)
from closum.api import bin as bins
from closum.api.token import token
from closum.api.verbs import resource_routes
from closum.errors import SignInRefused, TooManyAttempts, Unavailable
from closum.http.route import DATA, PUBLIC, Operation, Route, Sample
from closum.model.resource import Resource
from closum.resources.account import ACCOUNT

TOKEN, HEALTH = "Authentication", "Health"

_TOKEN = Operation(
    "sign_in",
    "createToken",
    TOKEN,
    "Request a Token",
    "gives a Bearer Token for an e-mail address and a password. A user with a second factor sends its code too: "
    "without it the right password is answered with 401 and a message that says so. After too many wrong "
    "passwords or codes it refuses for a while (429).",
    responses.TOKEN,
    body=schemas.ref("Credentials"),
    fields=credentials.FIELDS,
    errors=(SignInRefused, TooManyAttempts, Unavailable),
    result=DATA,
)
_HEALTH = Operation(
    "health",
    "health",
    HEALTH,
    "Check That the Server Is Up",
    "touches nothing but the process that answers.",
    responses.status("ok", "It is up"),
    result=DATA,
)
_READY = Operation(
    "ready",
    "ready",
    HEALTH,
    "Check That the Server Is Ready",
    "asks the database, too. While it cannot be written to, or a part of it cannot be read, "
    "the answer is 503 and its message says why and what to do.",
    responses.status("ready", "It is ready"),
    errors=(Unavailable,),
    result=DATA,
)
_SIGN_IN = Sample({field.name: field.example for field in credentials.FIELDS})


def table(resources: Sequence[Resource]) -> list[Route]:
    """Every route of the API, in the order in which they are listed."""
    return [
        Route("POST", "/api/token", token, PUBLIC, _TOKEN, _SIGN_IN),
        Route("GET", "/health", handlers.health, PUBLIC, _HEALTH, Sample()),
        Route("GET", "/ready", handlers.ready, PUBLIC, _READY, Sample()),
        *(row for resource in resources for row in resource_routes(resource)),
        *export.routes(resources),
        *(batch.route(resource) for resource in resources if resource.nested and "create" in resource.verbs),
        *(row for resource in resources if resource.nested for row in bulk.routes(resource)),
        *resource_routes(ACCOUNT, account.HANDLERS),
        *users.ROUTES,
        *merge.ROUTES,
        *changes.routes(resources),
        *bins.routes(resources),
        *operations.ROUTES,
        *duplicates.ROUTES,
        *imports.ROUTES,
        *stages.ROUTES,
        *reports.ROUTES,
    ]
