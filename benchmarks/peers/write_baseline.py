"""The inserts of creating a lead with its e-mail address and phone number, without HTTP: `write_baseline FILE GROUP SECONDS`.

GROUP leads share a transaction. Prints how many leads a second were written with synchronous = FULL.
"""

import sys
import time

import apsw

NOW = "2026-01-01T00:00:00+00:00"
TALLY = """
INSERT INTO tally (account_id, resource, count, last_id, last_timestamp) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, resource) DO UPDATE SET count = tally.count + excluded.count,
    last_id = tally.last_id + excluded.last_id RETURNING last_id
"""
EMAIL = "INSERT INTO email VALUES (?, ?, ?, 1, ?, ?, ?, 1, ?)"
PHONE = "INSERT INTO phone VALUES (?, ?, ?, ?, ?, ?, 1, ?, 1, ?)"
LEAD = "INSERT INTO lead VALUES (?, ?, ?, NULL, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)"


def group(connection: apsw.Connection, account: int, run: int, size: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    last = {}
    for resource in ("email", "phone", "lead"):
        ((last[resource],),) = connection.execute(TALLY, (account, resource, size, size, NOW)).fetchall()
    for each in range(size):
        email, phone, lead = (last[name] - each for name in ("email", "phone", "lead"))
        address, number = f"b{email}-{run}@example.com", f"9{phone:08d}{run}"
        connection.execute(EMAIL, (account, email, address, NOW, address, address, NOW))
        connection.execute(PHONE, (account, phone, "351", number, NOW, f"+351{number}", number, NOW))
        name = f"Lead {lead}"
        values = (
            account,
            lead,
            name,
            NOW,
            name.lower(),
            email,
            address,
            address,
            phone,
            "351",
            number,
            number,
            NOW,
        )
        connection.execute(LEAD, values)
    connection.execute("COMMIT")


def main(file: str, account: int, size: int, seconds: float) -> None:
    connection = apsw.Connection(file, flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=64)
    for pragma, value in (("journal_mode", "wal"), ("synchronous", "full"), ("foreign_keys", True)):
        connection.pragma(pragma, value)
    connection.pragma("cache_size", -16_000)
    run, done, begun = time.time_ns() % 1_000_000, 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        group(connection, account, run, size)
        done += size
    sys.stdout.write(f"{done / (time.perf_counter() - begun)}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
