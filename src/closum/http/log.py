"""The form of the log: JSON for machines, plain text on a terminal. Never a person's data, but on a terminal in the text of an error."""

import logging
import sys
import traceback
from typing import Any

import msgspec
import structlog
from structlog.typing import ExcInfo


def configure(level: str) -> None:
    """Log from a level on, also what libraries log."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    terminal = sys.stderr.isatty()
    last: list[Any] = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    if not terminal:
        last = [
            structlog.processors.ExceptionRenderer(traced),
            structlog.processors.JSONRenderer(serializer=_encode),
        ]
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


def traced(exc_info: ExcInfo) -> str:
    """The traceback of an error and of its causes, without their texts, which may quote a person's data."""
    return "\n\n".join(_traced(exc_info[1], set()))


def _traced(error: BaseException | None, seen: set[int]) -> list[str]:
    """The first cause comes first. Causes may go round in a circle: each is told once."""
    parts: list[str] = []
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        within = [part for one in _errors_of(error) for part in _traced(one, seen)]
        parts[:0] = [f"Traceback (most recent call last):\n{frames}{kind}", *within]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return parts


def _errors_of(error: BaseException) -> tuple[BaseException, ...]:
    return error.exceptions if isinstance(error, BaseExceptionGroup) else ()


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
