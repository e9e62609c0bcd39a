"""nginx with the documented configuration, before servers of the tests."""

import contextlib
import socket
import subprocess
import time
from pathlib import Path

import httpx2

from tests.support.patience import PATIENCE

CONF = (Path(__file__).parents[2] / "docs/deploy/nginx.conf").read_text(encoding="utf-8")
BLOCK = CONF[CONF.index("upstream closum {") : CONF.index("}\n") + 2]
CERTIFICATE = "/etc/letsencrypt/live/leads.example.com"
SECONDS = 1
MAIN = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/closum.conf;
}}
"""


def swapped(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each old piece, which is there once, replaced by the new one."""
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


class Proxy:
    """nginx with the documented file; the slow are cut off after a second.

    Before `upstream`, the address of one server or a whole block of nginx's language.
    """

    def __init__(self, nginx: str, folder: Path, upstream: str, *changes: tuple[str, str]) -> None:
        if not upstream.startswith("upstream "):
            upstream = swapped(BLOCK, ("server unix:/run/closum/closum.sock;", f"server {upstream};"))
        for _ in range(5):  # a free port may be somebody else's a moment later
            self.port, self.plain_port = free_port(), free_port()
            conf = swapped(
                CONF,
                (BLOCK, upstream),
                ("listen 80 default_server;", f"listen 127.0.0.1:{self.plain_port} default_server;"),
                ("root /var/www/html;", f"root {folder}/www;"),
                ("/var/log/nginx/closum.log", f"{folder}/access.log"),
                ("listen 443 ssl;", f"listen 127.0.0.1:{self.port};"),
                (f"ssl_certificate {CERTIFICATE}/fullchain.pem;", ""),
                (f"ssl_certificate_key {CERTIFICATE}/privkey.pem;", ""),
                ("client_header_timeout 10s;", f"client_header_timeout {SECONDS}s;"),
                ("client_body_timeout 10s;", f"client_body_timeout {SECONDS}s;"),
                *changes,
            )
            (folder / "closum.conf").write_text(conf, encoding="utf-8")
            (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
            command = [
                nginx,
                "-p",
                str(folder),
                "-e",
                f"{folder}/error.log",
                "-c",
                str(folder / "nginx.conf"),
            ]
            self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            if self._listens():
                return
        raise AssertionError((folder / "error.log").read_text(errors="replace"))

    def _listens(self) -> bool:
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.connect().close()
                return True
            time.sleep(0.02)
        return False

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def plain(self) -> httpx2.Client:
        """A client of the port without TLS, which follows no redirect."""
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.plain_port}", timeout=PATIENCE)

    def client(self, source: str = "127.0.0.1") -> httpx2.Client:
        """A client that connects from this address of the machine."""
        transport = httpx2.HTTPTransport(local_address=source)
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", transport=transport, timeout=PATIENCE)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
