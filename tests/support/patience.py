"""How long tests wait for what is certain to come: only what hangs fails by it, never what is slow."""

import time
from collections.abc import Callable

PATIENCE = 180.0  # seconds; pytest's own timeout, in pyproject.toml, is longer


def wait_until(condition: Callable[[], bool]) -> None:
    """Until the condition holds. Fails when it hangs."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"not within {PATIENCE:g} s"
        time.sleep(0.01)
