"""Failed sign-ins: the wrong passwords of the last minutes, by subject."""

from closum.store.unit import Unit

_FORGIVEN = "forgiven:"
"""Before a subject: the row of `sign_in_subject` whose number says when its failures were forgiven, its mark."""

_MARK = """
INSERT INTO sign_in_subject (subject, last_failure) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE
SET last_failure = CASE WHEN sign_in_subject.last_failure < excluded.last_failure
THEN excluded.last_failure ELSE sign_in_subject.last_failure + 1 END
"""


def sign_in_failures(unit: Unit, subject: str, since: int, most: int) -> list[int]:
    """Times of the newest failures of a subject after `since`, newest first, at most `most`."""
    sql = "SELECT at FROM sign_in_failure WHERE subject = ? AND at > ? ORDER BY at DESC LIMIT ?"
    return [row[0] for row in unit.all(sql, (subject, since, most))]


def forget_sign_in_failures(unit: Unit, subject: str) -> None:
    """And give it a greater mark than any before, by which servers see that what they hold is forgiven."""
    unit.run("DELETE FROM sign_in_failure WHERE subject = ?", (subject,))
    unit.run(_MARK, (_FORGIVEN + subject, unit.now))


def forgiveness(unit: Unit, subjects: tuple[str, str]) -> dict[str, int]:
    """The marks of those of two subjects that were forgiven in the last minutes."""
    rows = unit.all(
        "SELECT subject, last_failure FROM sign_in_subject WHERE subject IN (?, ?)",
        [_FORGIVEN + subject for subject in subjects],
    )
    return {row[0].removeprefix(_FORGIVEN): row[1] for row in rows}


def lock_sign_in_subjects(unit: Unit, subjects: tuple[str, ...]) -> None:
    """Let no other transaction count failures of the subjects until this one has ended."""
    for subject in sorted(subjects):
        unit.run(
            "INSERT INTO sign_in_subject (subject, last_failure) VALUES (?, ?)"
            " ON CONFLICT (subject) DO UPDATE SET last_failure = excluded.last_failure",
            (subject, unit.now),
        )


def add_sign_in_failures(unit: Unit, subjects: tuple[str, ...], forget_before: int) -> None:
    """Note a failure of each subject now; those before a time are forgotten."""
    unit.run("DELETE FROM sign_in_failure WHERE at <= ?", (forget_before,))
    unit.run("DELETE FROM sign_in_subject WHERE last_failure <= ?", (forget_before,))
    for subject in subjects:
        add_sign_in_failure(unit, subject, unit.now)


def add_sign_in_failure(unit: Unit, subject: str, at: int) -> None:
    row = unit.one(
        "SELECT COALESCE(MAX(number), 0) FROM sign_in_failure WHERE subject = ? AND at = ?", (subject, at)
    )
    assert row is not None
    unit.run("INSERT INTO sign_in_failure (subject, at, number) VALUES (?, ?, ?)", (subject, at, row[0] + 1))


def sign_in_subjects_after(unit: Unit, since: int) -> list[str]:
    """The subjects that have failures after a time."""
    return [row[0] for row in unit.all("SELECT DISTINCT subject FROM sign_in_failure WHERE at > ?", (since,))]


def take_sign_in_failures(unit: Unit, subject: str, since: int) -> list[int]:
    """The times of a subject's failures after a time, which are removed."""
    times = [
        row[0]
        for row in unit.all("SELECT at FROM sign_in_failure WHERE subject = ? AND at > ?", (subject, since))
    ]
    unit.run("DELETE FROM sign_in_failure WHERE subject = ? AND at > ?", (subject, since))
    return times
