"""The wall clock of a server, watched by a steady one."""

import logging
import time

from closum.store.unit import Clock

LEAST = (
    2.0  # seconds that are a jump; what a time service corrects bit by bit is less from one look to the next
)
LONGEST_LOOK = (
    0.1  # seconds; in one that took longer the process did not run, and the two clocks differ by that
)

log = logging.getLogger("closum.server")


def steady_time() -> float:
    """Seconds by a clock that nobody sets, and that goes on while the machine sleeps, where the system has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ClockWatch:
    """Notices, and logs, when a wall clock is set. A look costs a microsecond."""

    def __init__(self, wall: Clock, steady: Clock) -> None:
        self._wall, self._steady = wall, steady
        self._offset = wall() - steady()
        self._jumped = 0.0

    def look(self) -> None:
        begun = self._steady()
        wall, ended = self._wall(), self._steady()
        if ended - begun > LONGEST_LOOK:
            return
        jump, self._offset = wall - ended - self._offset, wall - ended
        if abs(jump) >= LEAST:
            self._jumped += jump
            log.warning(
                "the clock of this machine went %s by %d s: look whether its time is right",
                "forward" if jump > 0 else "back",
                round(abs(jump)),
            )

    def forward(self) -> int:
        """Whole seconds that it went forward since they were last asked for; 0 where it went back."""
        self.look()
        jumped, self._jumped = self._jumped, 0.0
        return max(0, round(jumped))
