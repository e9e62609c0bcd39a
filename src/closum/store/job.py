"""What waits for the database: a function of a unit of work, and who awaits its outcome."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Job:
    """`function(unit, *args)`; with `item`, one of a set: `function(unit, *args, [item, …])` gives an outcome for each.

    `account_id` is whose records it writes; None for what all accounts share.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    future: asyncio.Future[Any]
    account_id: int | None = None
    item: Any = None
    in_set: bool = False
    begun: bool = False

    def settle(self, outcome: Any) -> None:
        """Hand the outcome to who awaits it, on the event loop; an exception is raised there."""
        if self.future.done():
            return  # the client has gone
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


Outcome = tuple[Job, Any]
"""A job with its result, or with the exception that is its answer."""
