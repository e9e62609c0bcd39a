"""The Python client of closum's API: leads, e-mail addresses, phone numbers and cities.

    from closum_client import Client

    with Client("http://127.0.0.1:8000", email="email@closum.com", password="yourpassword") as client:
        for lead in client.leads.list():
            print(lead.name)

Records (`Lead`, `Email`, …) are in `closum_client.records`, errors also in `closum_client.errors`.
"""

from closum_client._ignored import IgnoredProperties
from closum_client._pages import Page, Pagination
from closum_client._session import Token
from closum_client._unset import UNSET
from closum_client._version import __version__
from closum_client._walk import AsyncRecords, Records
from closum_client.client import AsyncClient, Client
from closum_client.errors import (
    ApiError,
    BadRequest,
    ClosumError,
    ConnectionFailed,
    ContentTooLarge,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
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
    "AsyncClient",
    "AsyncRecords",
    "BadRequest",
    "Client",
    "ClosumError",
    "ConnectionFailed",
    "ContentTooLarge",
    "Forbidden",
    "IgnoredProperties",
    "Invalid",
    "MethodNotAllowed",
    "NotFound",
    "Page",
    "Pagination",
    "Records",
    "ServerError",
    "ServiceUnavailable",
    "TimedOut",
    "Token",
    "TooManyRequests",
    "Unauthorized",
    "UnexpectedAnswer",
    "UnsupportedMediaType",
    "__version__",
]
