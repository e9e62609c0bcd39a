"""How a write is answered where its call asks for more than that: to be carried out once, or to be shown the record.

Calls that ask for neither do not come here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

import msgspec

from closum.accounts.tokens import Identity
from closum.errors import Malformed, StillRunning
from closum.http import answer, ignored_header, prefer
from closum.http.answer import Answer
from closum.model.ignored import Path
from closum.model.resource import Resource
from closum.operations.idempotent import HEADER, Answered, Key, Told
from closum.operations.records import Written
from closum.operations.upsert import Upserted

KEY, PREFER = HEADER.lower().encode(), b"prefer"
REPLAYED, APPLIED = "Idempotent-Replayed", "Preference-Applied"
LONGEST = 255  # bytes

_HASH = 16  # bytes
_WRONG = f"'{HEADER}' must be one text of 1 to {LONGEST} printable ASCII characters, such as a UUID"

Render = Callable[[Any, Sequence[Path]], Answer]
"""What makes an answer of an outcome, and of the properties of the body that had no effect."""


class Bare(NamedTuple):
    """How an answer that repeats what the call says is kept without that: `of` has ids of an outcome, as JSON has them, and
    `whole` makes the data of the answer of them, and of the call.
    """

    of: Callable[[Any], Any]
    whole: Callable[[Any], Any]


class Keys:
    """The keys of calls, as they are kept, and those whose calls are running in this process."""

    def __init__(self, signing_key: bytes) -> None:
        self._secret = sha256(b"idempotency:" + signing_key).digest()
        self._running: set[str] = set()

    def key(self, who: Identity, route: str, sent: bytes, said: Iterable[str], body: bytes) -> Key:
        """`said` is what a call says in its path and its query string."""
        name = self._hash(str(who.holder).encode(), route.encode(), sent)
        return Key(name, self._hash(*(text.encode(errors="surrogateescape") for text in said), body))

    @contextmanager
    def running(self, key: Key | None) -> Iterator[None]:
        """Raises StillRunning where a call with the key has no answer yet."""
        if key is None:
            yield
            return
        if key.name in self._running:
            raise StillRunning
        self._running.add(key.name)
        try:
            yield
        finally:
            self._running.discard(key.name)

    def _hash(self, *parts: bytes) -> str:
        made = blake2b(key=self._secret, digest_size=_HASH)
        for part in parts:
            made.update(b"%d:" % len(part) + part)
        return made.hexdigest()


def read_key(values: Sequence[bytes]) -> bytes:
    """The key of a call, of all that its headers have for it. Raises Malformed."""
    (sent, *more) = values
    if more or not 0 < len(sent) <= LONGEST or not all(0x20 <= byte < 0x7F for byte in sent):
        raise Malformed(_WRONG)
    return sent


def tell(
    outcome: Any, render: Render, preferred: str, id_of: Callable[[Any], int | None], bare: Bare | None = None
) -> Told:
    """The answer to an outcome: with a record where one is preferred and the outcome has one."""
    status, body, headers, _ = render(outcome, ())
    if bare:
        body = answer.encode(bare.of(outcome))
    own = [(name.decode(), value.decode()) for name, value in headers]
    shown = id_of(outcome) if preferred == prefer.REPRESENTATION else None
    if shown is not None or preferred == prefer.MINIMAL:
        own.append((APPLIED.lower(), preferred))
    assert isinstance(body, bytes)
    return Told(status, body.decode(), own, shown)


def id_of(resource: Resource | None, outcome: Any) -> int | None:
    """That of the record which was written, if one was."""
    return outcome.id if resource is not None and isinstance(outcome, Written | Upserted) else None


def of_singleton(outcome: Any) -> int | None:
    """What there is one of has no id of its own."""
    return 0


def is_replayed(answer: Answer) -> bool:
    """Whether it is that of a call before, with the same key."""
    return (REPLAYED.lower().encode(), b"true") in answer.headers


def answered(found: Answered, ignored: Sequence[Path], bare: Bare | None = None) -> Answer:
    """The whole answer."""
    (status, body, headers, _), record, replayed = found
    own = [(name.encode(), value.encode()) for name, value in headers]
    text = body.encode()
    if record is not None:
        data, tag = record
        text = answer.encode({"success": True, "data": data})
        own.insert(0, (b"etag", tag.encode()))
    elif bare:
        text = answer.encode({"success": True, "data": bare.whole(msgspec.json.decode(text))})
    if ignored:
        own.append(ignored_header.header(ignored))
    if replayed:
        own.append((REPLAYED.lower().encode(), b"true"))
    return Answer(status, text, own)
