"""The token in use, and how a new one is got."""

import copy
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from closum_client import _reading as reading
from closum_client._address import is_token
from closum_client._answers import envelope
from closum_client._failures import unexpected
from closum_client._reading import Unreadable
from closum_client._retry import exchange
from closum_client._steps import Acquire, Lock, Send, Steps
from closum_client.errors import ClosumError

LONGEST_LIFE = 10**9  # seconds: more is no time that a clock can be set to
MARGIN = 60.0  # seconds before its end at which a token is renewed, of a short one a tenth of its life


@dataclass(frozen=True, slots=True)
class Token:
    """What signing in gives: a `token` that is good for `expires_in` seconds, until `expiration_date`."""

    token: str = field(repr=False)
    expires_in: int
    expiration_date: datetime

    @classmethod
    def from_json(cls, data: Any) -> "Token":
        """The token in the `data` of an answer. Raises Unreadable, a ValueError."""
        found = cls(
            token=reading.required(data, "token", reading.text),
            expires_in=reading.required(data, "expires_in", reading.integer),
            expiration_date=reading.required(data, "expiration_date", reading.timestamp),
        )
        if not 0 < found.expires_in <= LONGEST_LIFE:
            raise Unreadable("'expires_in' is no number of seconds that a token can be good for")
        if not is_token(found.token):
            raise Unreadable("'token' has characters that a token can't have")
        return found


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    email: str
    password: str

    @property
    def body(self) -> dict[str, str]:
        """What signing in sends."""
        return {"email": self.email, "password": self.password}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Held:
    """A token in use; two are the same only when they are one, for texts may repeat."""

    token: str
    renewed_at: float | None = None

    @property
    def is_due(self) -> bool:
        return self.renewed_at is not None and monotonic() >= self.renewed_at


class Session:
    """Keeps a token, and with credentials renews it: once, however many threads or tasks need it."""

    def __init__(self, url: str, retries: int, credentials: Credentials | None, token: str | None) -> None:
        self._url, self._retries = f"{url}/api/token", retries
        self._credentials = credentials
        self._held = Held(token) if token else None
        self._failure: ClosumError | None = None
        self.failures = 0
        """How often signing in has failed."""

    @property
    def can_renew(self) -> bool:
        return self._credentials is not None

    def current(self, failures: int) -> Steps[Held]:
        """The token to use now, for a call that began after so many failures."""
        held = self._held
        if held is None or (held.is_due and self.can_renew):
            return (yield from self.renewed(held, failures))
        return held

    def renewed(self, old: Held | None, failures: int) -> Steps[Held]:
        """Another token than the old one: that of whoever was quicker, or a new one.

        A failure since the call began counts for it, too: ten wrong passwords lock the user out.
        """
        lock: Lock = yield Acquire()
        try:
            if self._held is not None and self._held is not old:
                return self._held
            if self._failure is not None and self.failures != failures:
                raise copy.copy(self._failure) from self._failure.__cause__
            yield from self._sign_in()
            assert self._held is not None
            return self._held
        finally:
            lock.release()

    def sign_in(self) -> Steps[Token]:
        """A new token in any case."""
        lock: Lock = yield Acquire()
        try:
            return (yield from self._sign_in())
        finally:
            lock.release()

    def _sign_in(self) -> Steps[Token]:
        try:
            token = yield from self._asked()
        except ClosumError as error:
            self.failures += 1
            self._failure = error
            raise
        life = token.expires_in
        self._held = Held(token.token, monotonic() + life - min(MARGIN, life / 10))
        return token

    def _asked(self) -> Steps[Token]:
        if self._credentials is None:
            raise ValueError("signing in needs an email and a password: Client(url, email=…, password=…)")
        # No secret is in a name of its own, nor in the traceback's cause: there are tools that show them.
        send = Send("POST", self._url, json=self._credentials.body, repeatable=True, harmless=True)
        response = yield from exchange(send, self._retries)
        found = _read(envelope(response, send)["data"])
        if isinstance(found, Token):
            return found
        raise unexpected(response, send, f"{found}.")


def _read(data: Any) -> Token | str:
    """The token, or what is wrong with it."""
    try:
        return Token.from_json(data)
    except Unreadable as error:
        return str(error)
