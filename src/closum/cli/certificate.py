"""The certificate that `closum serve` begins with."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from closum.errors import Refusal
from closum.settings import Settings
from closum.store.exposed import exposed

if TYPE_CHECKING:
    from closum.http.certificate import Pair


def pair_of(settings: Settings) -> "Pair | None":
    """What the server shows over TLS, None without TLS; warns of what clients object to. Raises Refusal."""
    from closum.http.certificate import PemFiles, objection, read

    names = settings.tls_cert, settings.tls_key
    if not any(names):
        return None
    if settings.uds:
        raise Refusal(
            "--tls-cert and --uds exclude each other: a UNIX socket is for a proxy, which has the certificate;"
            " for TLS, listen on --host and --port"
        )
    if not all(names):
        missing, given = ("key", "cert") if settings.tls_cert else ("cert", "key")
        raise Refusal(
            f"--tls-{given} needs --tls-{missing} too: a certificate and its private key belong together"
        )
    files = PemFiles(*names)
    pair = read(files)
    for line in (objection(pair, files), exposed([Path(files.key)])):
        if line:
            click.echo(f"closum: {line}", err=True)
    return pair
