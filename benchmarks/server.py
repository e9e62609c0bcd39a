"""closum in processes of its own, as a user starts it."""

import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "a password for the benchmark"  # noqa: S105
MAIN = """
from closum.cli import main
if __name__ == "__main__":
    main()
"""

# The same server without group commit: each write is a transaction of its own, in every process.
ONE_BY_ONE = "from closum.store import writer\nwriter.MAX_SET, writer.GROUP_SECONDS = 1, -1\n"


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    token: str
    leads: int


class Server:
    """`closum serve` on a free port. A context manager."""

    def __init__(self, folder: Path, url: str, workers: int, changed: str = "") -> None:
        folder.mkdir()
        self._folder, self._numbers = folder, 0
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CLOSUM_")},
            "CLOSUM_DATABASE": url,
            "CLOSUM_LOG_LEVEL": "warning",
        }
        (folder / "serve.py").write_text(changed + MAIN, encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "serve.py", "serve", "--port", "0", "--workers", str(workers)],
            cwd=folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("closum serves on "):
                self.address = line.split()[-1]
                return
        raise RuntimeError("the server ended")

    def account(self, name: str, leads: int) -> Account:
        """A new account with so many demo leads and a user."""
        self._numbers += 1
        email = f"{name}@example.com"
        self._closum("account", "add", name)
        self._closum("user", "add", email, "--account", name, "--password-stdin", stdin=PASSWORD)
        if leads:
            self._closum("demo", "--leads", str(leads), "--account", name)
        body = json.dumps({"email": email, "password": PASSWORD}).encode()
        with urllib.request.urlopen(f"{self.address}/api/token", body, timeout=30) as answer:
            token = json.load(answer)["data"]["token"]
        listed = self._closum("account", "list").splitlines()
        return Account(1 + [line.split("\t")[0] for line in listed].index(name), token, leads)

    def _closum(self, *arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "closum", *arguments],
            cwd=self._folder,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=30)
