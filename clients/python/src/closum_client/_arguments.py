"""What a client is made with, checked."""

import httpx2

from closum_client._core import Core
from closum_client._session import Credentials, Lock, Session, is_token


def core_of(
    url: str,
    email: str | None,
    password: str | None,
    token: str | None,
    timeout: float,
    retries: int,
    lock: Lock,
) -> Core:
    """The core of a client. Raises ValueError for arguments that can't be meant."""
    if timeout <= 0:
        raise ValueError("timeout is a number of seconds above 0")
    if retries < 0:
        raise ValueError("retries is the number of further attempts, from 0 up")
    address = _address(url)
    credentials = _credentials(email, password, token)
    return Core(address, Session(address, retries, lock, credentials, token), retries)


def _address(url: str) -> str:
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL:  # its text may have what was meant as a password
        parts = httpx2.URL("")
    if "?" in url or "#" in url:
        raise ValueError("the url ends with the path: no ? and no # in it")
    if "@" in url:
        raise ValueError("no user or password in the url: give them as email=… and password=…")
    if parts.scheme not in ("http", "https") or not parts.host:
        raise ValueError(
            "the url has to begin with https:// or http:// and a host, such as https://crm.example.com"
        )
    return url.rstrip("/")


def _credentials(email: str | None, password: str | None, token: str | None) -> Credentials | None:
    if token is None:
        if not email or not password:
            raise ValueError("a client needs email=… and password=…, or token=…")
        return Credentials(email, password)
    if email is not None or password is not None:
        raise ValueError("either email=… and password=…, or token=…, not both")
    if not is_token(token):
        raise ValueError("the token is empty, or has spaces or other characters that no token has")
    return None
