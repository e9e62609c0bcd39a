"""Logs: one line per request, JSON for machines, plain text on a terminal. Never a person's data."""

import contextlib
import logging
import sys
from typing import Any

import msgspec
import structlog

from closum.http.request import Scope

UNWRITABLE = contextlib.suppress(OSError, ValueError)
"""A full disk or a reader that has ended costs lines of the log, but no request its answer."""


class RequestLog:
    """Writes to standard error from a level on (`debug`, `info`, `warning`, `error`)."""

    def __init__(self, level: str) -> None:
        configure(level)
        self._log = structlog.get_logger().bind()
        self._has_requests = logging.getLevelName(level.upper()) <= logging.INFO

    def request(self, request_id: str, scope: Scope, status: int, seconds: float) -> None:
        """The line of an answered request: its route, not its path, which may hold an id."""
        if not self._has_requests:
            return
        route = scope.get("closum.route", "unknown path")
        ms = round(seconds * 1000, 2)
        with UNWRITABLE:
            self._log.info("request", request_id=request_id, route=route, status=status, ms=ms)

    def refusal(self, status: int, request_id: str) -> None:
        """The line of a request that could not even be read."""
        with UNWRITABLE:
            self._log.info("request", request_id=request_id, route="?", status=status, ms=0.0)

    def fault(self, request_id: str) -> None:
        """An exception that is ours, with its traceback; call it where it is handled."""
        with UNWRITABLE:
            self._log.error("fault", request_id=request_id, exc_info=True)


def configure(level: str) -> None:
    """Log from a level on, also what libraries log."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    terminal = sys.stderr.isatty()
    last: list[Any] = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    if not terminal:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_encode)]
    threshold = logging.getLevelName(level.upper())
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr)
        if terminal
        else structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    _take_over_standard_logging(threshold, shared, last)


def _take_over_standard_logging(threshold: int, shared: list[Any], last: list[Any]) -> None:
    """What is logged through the standard library comes out in the same form: all of ours, of libraries the warnings."""
    decode = [] if sys.stderr.isatty() else [lambda logger, name, line: line.decode()]
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, *decode],
        foreign_pre_chain=shared,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))
    logging.getLogger("closum").setLevel(threshold)


def _encode(event: Any, **_: Any) -> bytes:
    return msgspec.json.encode(event)
