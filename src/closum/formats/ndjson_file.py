"""Writes NDJSON: an object on each line, and behind them one that proves that none is missing."""

from collections.abc import Sequence
from typing import Any

import msgspec

from closum.formats.output import Output

END = "closum_export"
"""The only member of the last line: `{"closum_export":{"count":2,"sha256":"…"}}`, of the lines before it."""

_encoder = msgspec.json.Encoder()


class NdjsonFile:
    """Records as the API shows them."""

    def __init__(self, output: Output) -> None:
        self._output, self._count = output, 0

    def add(self, records: Sequence[Any]) -> None:
        self._count += len(records)
        self._output.write(_encoder.encode_lines(records))

    def end(self) -> None:
        proof = {"count": self._count, "sha256": self._output.sha256.hex()}
        self._output.write(_encoder.encode_lines([{END: proof}]))

    def abandon(self) -> None:
        """Nothing is open."""
