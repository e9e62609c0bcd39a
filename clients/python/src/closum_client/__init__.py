"""The Python client of closum's API: leads, e-mail addresses, phone numbers and cities.

    from closum_client import Client

    with Client("http://127.0.0.1:8000", email="email@closum.com", password="yourpassword") as client:
        for lead in client.leads.list():
            print(lead.name)

Records (`Lead`, `Email`, …) are in `closum_client.records`, errors also in `closum_client.errors`.
"""

import importlib
from typing import TYPE_CHECKING, Any

from closum_client._version import __version__

if TYPE_CHECKING:
    from closum_client._export import Exported
    from closum_client._feed import (
        AsyncChanges,
        AsyncRevisions,
        Change,
        Changes,
        Key,
        Revision,
        Revisions,
        User,
    )
    from closum_client._ignored import IgnoredProperties
    from closum_client._newest import AsyncNewestFirst, NewestFirst
    from closum_client._pages import Page, Pagination
    from closum_client._session import Token
    from closum_client._unset import UNSET
    from closum_client._walk import AsyncRecords, Records
    from closum_client.client import AsyncClient, Client
    from closum_client.errors import (
        ApiError,
        BadRequest,
        ClosumError,
        Conflict,
        ConnectionFailed,
        ContentTooLarge,
        Forbidden,
        Gone,
        Invalid,
        MethodNotAllowed,
        NotFound,
        PreconditionFailed,
        PreconditionRequired,
        ServerError,
        ServiceUnavailable,
        TimedOut,
        TooManyRequests,
        Unauthorized,
        UnexpectedAnswer,
        UnsupportedMediaType,
    )

__all__ = [
    "UNSET",
    "ApiError",
    "AsyncChanges",
    "AsyncClient",
    "AsyncNewestFirst",
    "AsyncRecords",
    "AsyncRevisions",
    "BadRequest",
    "Change",
    "Changes",
    "Client",
    "ClosumError",
    "Conflict",
    "ConnectionFailed",
    "ContentTooLarge",
    "Exported",
    "Forbidden",
    "Gone",
    "IgnoredProperties",
    "Invalid",
    "Key",
    "MethodNotAllowed",
    "NewestFirst",
    "NotFound",
    "Page",
    "Pagination",
    "PreconditionFailed",
    "PreconditionRequired",
    "Records",
    "Revision",
    "Revisions",
    "ServerError",
    "ServiceUnavailable",
    "TimedOut",
    "Token",
    "TooManyRequests",
    "Unauthorized",
    "UnexpectedAnswer",
    "UnsupportedMediaType",
    "Upserted",
    "User",
    "__version__",
]

_PLACES = {
    "UNSET": "_unset",
    "AsyncChanges": "_feed",
    "AsyncClient": "client",
    "AsyncNewestFirst": "_newest",
    "AsyncRecords": "_walk",
    "AsyncRevisions": "_feed",
    "Change": "_feed",
    "Changes": "_feed",
    "Client": "client",
    "Exported": "_export",
    "IgnoredProperties": "_ignored",
    "Key": "_feed",
    "NewestFirst": "_newest",
    "Page": "_pages",
    "Pagination": "_pages",
    "Records": "_walk",
    "Revision": "_feed",
    "Revisions": "_feed",
    "Token": "_session",
    "Upserted": "_upserted",
    "User": "_feed",
}


def __getattr__(name: str) -> Any:
    """What is public is imported when it is used: most of the time that a command takes is for what it imports."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"closum_client.{_PLACES.get(name, 'errors')}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
