"""The body of an answer, read while it comes and no further than it may be long."""

import httpx2

from closum_client._failures import Unusable

LARGEST = 64 * 1024 * 1024  # bytes


class Body:
    """What is there of an answer's body. Raises Unusable where it can't be taken, before it fills the memory."""

    def __init__(self, response: httpx2.Response) -> None:
        if response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
            raise Unusable("compressed, although it must not be: check the proxy before closum.", response)
        self._response, self._pieces, self._size = response, [b""], 0

    def add(self, piece: bytes) -> None:
        """The next piece of it."""
        self._size += len(piece)
        if self._size > LARGEST:
            raise Unusable(f"more than {LARGEST >> 20} MiB: ask for fewer records at once.", self._response)
        self._pieces.append(piece)

    def answer(self) -> httpx2.Response:
        """The answer with its whole body."""
        return httpx2.Response(
            self._response.status_code,
            headers=self._response.headers,
            content=b"".join(self._pieces),
            request=self._response.request,
            extensions=self._response.extensions,
        )
