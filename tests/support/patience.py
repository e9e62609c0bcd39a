"""How long tests wait for what is certain to come: only what hangs fails by it, never what is slow."""

import time
from collections.abc import Callable

PATIENCE = 180.0  # seconds; pytest's own timeout, in pyproject.toml, is longer
SHORTEST, LONGEST = 0.01, 0.1
"""Seconds from one look to the next, which takes time from what is waited for: a tenth of the time so far, within these."""


def wait_until(condition: Callable[[], bool]) -> None:
    """Until the condition holds. Fails when it hangs."""
    begun = time.monotonic()
    while not condition():
        waited = time.monotonic() - begun
        assert waited < PATIENCE, f"not within {PATIENCE:g} s"
        time.sleep(min(max(SHORTEST, waited / 10), LONGEST))
