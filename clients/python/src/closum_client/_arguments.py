"""What a client is made with, checked."""

from closum_client._address import is_token, normal_url
from closum_client._core import Core
from closum_client._session import Credentials, Session

LONGEST_TIMEOUT = 86_400.0  # seconds; what is much longer overflows in sockets


def core_of(
    url: str, email: str | None, password: str | None, token: str | None, timeout: float, retries: int
) -> Core:
    """The core of a client. Raises ValueError for arguments that can't be meant."""
    if not 0 < timeout <= LONGEST_TIMEOUT:
        raise ValueError("timeout is a number of seconds above 0, at most a day")
    if type(retries) is not int or retries < 0:
        raise ValueError("retries is the number of further attempts, from 0 up")
    address = normal_url(url)
    credentials = _credentials(email, password, token)
    return Core(address, Session(address, retries, credentials, token), retries)


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
