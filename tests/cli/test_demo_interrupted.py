"""closum demo, ended by Ctrl-C."""

import signal
import subprocess
import sys
from pathlib import Path

from closum.resources.lead import LEAD
from closum.store import tally
from closum.store.opening import open_session
from tests.support import engine
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import clean_environment, closum


def test_demo_that_is_interrupted_says_how_many_it_added(folder: Path) -> None:
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # also where this process was started to ignore it
    assert closum("account", "add", "A", folder=folder).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "closum", "demo", "--leads", "1000000"],
        cwd=folder,
        env=clean_environment(folder),
        stderr=subprocess.PIPE,
        text=True,
    )

    def added() -> int:
        with open_session(engine.current.url(folder)) as session, session.read() as unit:
            return tally.last_id(unit.of(1), LEAD)

    wait_until(lambda: added() > 0)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert f"Interrupted: {added()} of 1000000 leads were added" in said
