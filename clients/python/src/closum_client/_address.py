"""Addresses of servers and tokens, checked before anything is sent.

No error has what was given: it may be a password.
"""

import re
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2

PORTS = {"http": 80, "https": 443}
NO_ADDRESS = (
    "the url must be the address of a server, such as https://crm.example.com or localhost:8000: http or https, the name "
    "of a host, and perhaps a port up to 65535 and a path"
)
WITHOUT_SCHEME = re.compile(r"(\[[^]]*\]|[^/:\[\]]+)(:\d+)?(/.*)?")


class _Parts(NamedTuple):
    scheme: str
    host: str
    port: int | None
    path: str


def normal_url(text: str) -> str:
    """The address of a server without what makes no difference. Raises ValueError, with the reason.

    Without a scheme it is http:// on this machine and else https://. A path that ends in `/api` is the API's own,
    which is below the server's address.
    """
    if re.search(r"[?#]", text):
        raise ValueError("the url ends with the path: no ? and no # in it")
    if "@" in text:
        raise ValueError("no user or password in the url: give them as email=… and password=…")
    if re.search(r"[\s\x00-\x1f\x7f\\]", text):
        raise ValueError("no spaces, control characters or backslashes in the url")
    parts = _parts(_with_scheme(text))
    if parts is None:
        raise ValueError(NO_ADDRESS)
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{_without_api(parts.path)}"


def _with_scheme(text: str) -> str:
    found = None if "://" in text else WITHOUT_SCHEME.fullmatch(text)
    if found is None:
        return text
    return f"{'http' if _is_here(found[1].strip('[]').lower()) else 'https'}://{text}"


def _is_here(host: str) -> bool:
    """Whether it is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _without_api(path: str) -> str:
    path = path.rstrip("/")
    return _without_api(path.removesuffix("/api")) if path.endswith("/api") else path


def _parts(text: str) -> _Parts | None:
    try:
        url = urlsplit(text)
        parts = _Parts(url.scheme, url.hostname or "", url.port, url.path)
        parts.host.encode("idna")  # as sockets do it: it raises UnicodeError, a ValueError
        httpx2.URL(text)
    except (ValueError, httpx2.InvalidURL):
        return None
    return parts if parts.scheme in PORTS and parts.host else None


def is_token(text: str) -> bool:
    """Whether a header can contain it: visible ASCII, without spaces."""
    return re.fullmatch("[!-~]+", text) is not None
