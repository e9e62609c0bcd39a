"""A unit of work on a connection to PostgreSQL, by prepared statements of libpq.

What the path of a request executes goes through `psycopg.pq`: a statement costs a quarter of what a cursor
takes for it, and the interpreter is free meanwhile.
"""

import re
import select
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count, islice
from typing import Any, ClassVar

import psycopg
from psycopg import abc, adapt, errors, pq
from psycopg.pq.abc import PGconn, PGresult

from closum.model.change import COMMAND, By
from closum.store.postgres import search
from closum.store.postgres.copying import copied
from closum.store.postgres.states import CANCELED, CONFLICTS, LOST, STRANGE
from closum.store.unit import Conflict, Disconnected, Overdue, Result, Unreachable, Values

BIGINT, TEXT = 20, 25  # the types of parameters, by their numbers in the catalogue
_CURSOR = "closum_pieces"
AT_ONCE = 256  # statements sent before the first answer is read
OK = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK, pq.ExecStatus.SINGLE_TUPLE)
Statement = tuple[str, Values]
_OTHER = {"set_a": "set_b", "set_b": "set_a"}


@lru_cache(maxsize=4_096)
def _numbered(sql: str) -> bytes:
    """The statement with PostgreSQL's own placeholders."""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql).encode()


class PostgresUnit:
    """A unit of work on one connection, used by one thread at a time."""

    __slots__ = ("_ahead", "_link", "_loads", "_prepared", "_wait", "account_id", "by", "connection", "now")
    engine = "postgres"
    search: ClassVar[Any] = search

    def __init__(
        self, connection: "PreparedConnection", now: int, account_id: int = 0, by: By = COMMAND
    ) -> None:
        self.connection, self.now = connection, now
        self.account_id, self.by = account_id, by
        self._link: PGconn = connection.pgconn
        self._prepared = connection.prepared
        self._ahead = connection.ahead
        self._loads = connection.loads
        self._wait = connection.arrival

    def of(self, account_id: int, by: By | None = None) -> "PostgresUnit":
        return PostgresUnit(self.connection, self.now, account_id, by or self.by)

    def all(self, sql: str, values: Values = ()) -> list[Result]:
        return _rows(self._execute(sql, values), self._loads)

    def each(self, sql: str, values: Values, take: Callable[[Result], object]) -> None:
        name = self._prepared.get(sql) or self._name(sql, values)
        self._link.send_query_prepared(name, _sent(values))
        self._link.set_single_row_mode()
        while (result := self._arrived()) is not None:
            for row in _rows(self._checked(result), self._loads):
                take(row)

    def pieces(self, sql: str, values: Values, size: int) -> Iterator[list[Result]]:
        """By a cursor of the database, which ends with the transaction where nobody takes all."""
        self.run(f"DECLARE {_CURSOR} NO SCROLL CURSOR FOR {sql}", values)
        while some := self.all(f"FETCH {size} FROM {_CURSOR}"):
            yield some
        self.run(f"CLOSE {_CURSOR}")

    def one(self, sql: str, values: Values = ()) -> Result | None:
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def run(self, sql: str, values: Values = ()) -> int:
        return self._execute(sql, values).command_tuples or 0

    def savepoint(self) -> None:
        """Names alternate: while the one before is not released, a rollback to this one cannot find it."""
        self.connection.savepoint = _OTHER[self.connection.savepoint]
        self.ahead(f"SAVEPOINT {self.connection.savepoint}")

    def release(self) -> None:
        """At once, and so with an error, in a transaction whose error the job has kept to itself."""
        name = self.connection.savepoint
        if self._ahead and self._ahead[-1] == (f"SAVEPOINT {name}", ()):  # nothing was done since
            self._ahead.pop()
            self.connection.savepoint = _OTHER[name]
        else:
            self.ahead(f"RELEASE SAVEPOINT {name}")

    def rollback_to_savepoint(self) -> None:
        self.run(f"ROLLBACK TO SAVEPOINT {self.connection.savepoint}")
        self.ahead(f"RELEASE SAVEPOINT {self.connection.savepoint}")

    def ahead(self, sql: str) -> None:
        """Have a savepoint made or released before the next statement, in the same round trip: that one raises its error.

        At once where the transaction will be rolled back: nothing that follows would tell so.
        """
        if self._link.transaction_status == pq.TransactionStatus.INERROR:
            self.run(sql)
        else:
            self._ahead.append((sql, ()))

    def run_many(self, sql: str, rows: Iterable[Values]) -> None:
        self.run_each((sql, values) for values in rows)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        if self._ahead:
            self._pipelined([])
        copied(self.connection, table, columns, rows)
        self.connection.answered = time.monotonic()

    def insert_counting(
        self, table: str, columns: Sequence[str], first: Values, counted: Collection[str], number: int
    ) -> None:
        steps = [int(column in counted) for column in columns]
        both = [*zip(first, steps, strict=True)]
        rows = ([value + n if step else value for value, step in both] for n in range(number))
        self.insert(table, columns, rows)

    def run_each(self, statements: Iterable[Statement]) -> int:
        waiting, changed = iter(statements), 0
        while some := list(islice(waiting, AT_ONCE)):
            changed += sum(self._checked(result).command_tuples or 0 for result in self._pipelined(some))
        return changed

    def all_of(self, statements: Sequence[Statement]) -> list[list[Result]]:
        return [_rows(self._checked(result), self._loads) for result in self._pipelined(statements)]

    def outcomes_of(
        self, statements: list[Statement], apart: bool = False
    ) -> "list[list[Result] | Failed | None]":
        """Of each statement its rows, or its error; None for one that an error before it kept from running.

        `apart`: each is a transaction of its own, so that none keeps another from running.
        """
        try:
            for sql, values in statements:
                self._name(sql, values)
        except Disconnected:
            raise
        except Failure as error:
            return [error if other is sql else None for other, _ in statements]
        return [self._outcome(result) for result in self._pipelined(statements, apart)]

    @property
    def is_open(self) -> bool:
        """Whether the transaction goes on, after an error too."""
        return self._link.transaction_status in (
            pq.TransactionStatus.INTRANS,
            pq.TransactionStatus.INERROR,
        )

    def script(self, sql: str) -> list[Result]:
        """Statements without values, in one round trip; the rows of the last, as text, NULL as an empty one."""
        result = self._script(sql)
        return [
            tuple((result.get_value(row, column) or b"").decode() for column in range(result.nfields))
            for row in range(result.ntuples)
        ]

    def commit(self) -> None:
        """Raises Conflict where the database rolled back instead.

        It ends all savepoints: one that is still to be released needs no statement, which could fail.
        """
        self._ahead.clear()
        result = self._script("COMMIT")
        if result.command_status != b"COMMIT":
            raise Conflict("rolled back")

    def _execute(self, sql: str, values: Values) -> PGresult:
        if self._ahead:
            return self._checked(self._pipelined([(sql, values)])[0])
        return self._alone(sql, values)

    def _script(self, sql: str) -> PGresult:
        if self._ahead:
            sql = "; ".join([*(first for first, _ in self._ahead), sql])
            self._ahead.clear()
        return self._checked(self._asked(self._link.send_query, sql.encode()))

    def _alone(self, sql: str, values: Values) -> PGresult:
        name = self._prepared.get(sql) or self._name(sql, values)
        return self._checked(self._asked(self._link.send_query_prepared, name, _sent(values)))

    def _asked(self, send: Callable[..., None], *arguments: object) -> PGresult:
        """The result of what is sent; a connection that is lost or silent is closed, so that nobody waits for the rest."""
        try:
            send(*arguments)
            return self.connection.awaited()
        except psycopg.OperationalError as error:
            self.connection.close()
            raise Disconnected(str(error)) from error

    def _name(self, sql: str, values: Values) -> bytes:
        """The name of the prepared statement."""
        if sql not in self._prepared:
            name = _called(len(self._prepared))
            self._checked(self._asked(self._link.send_prepare, name, _numbered(sql), _types(values)))
            self._prepared[sql] = name
        return self._prepared[sql]

    def _pipelined(self, statements: Sequence[Statement], apart: bool = False) -> list[PGresult]:
        """All sent before the first answer is awaited; not `apart`, as one transaction where none is open."""
        first, sent = len(self._ahead), [*self._ahead, *statements]
        self._ahead.clear()
        try:
            prepared, results = self._sent_together(sent, apart)
        except psycopg.OperationalError as error:
            self.connection.close()
            raise Disconnected(str(error)) from error
        except BaseException:  # a value cannot be sent: answers to what was sent before would come later
            self.connection.close()
            raise
        for sql, name, result in prepared:
            if result.status != pq.ExecStatus.PIPELINE_ABORTED:
                self._checked(result)
                self._prepared[sql] = name
        for result in results[:first]:
            self._checked(result)
        return results[first:]

    def _sent_together(
        self, statements: list[Statement], apart: bool
    ) -> tuple[list[tuple[str, bytes, PGresult]], list[PGresult]]:
        """What preparing the new ones answers, each right before it is first executed, and the results of all."""
        link, names = self._link, dict[str, bytes]()
        link.enter_pipeline_mode()
        for place, (sql, values) in enumerate(statements, 1):
            name = self._prepared.get(sql) or names.get(sql)
            if not name:
                name = names[sql] = _called(len(self._prepared) + len(names))
                link.send_prepare(name, _numbered(sql), _types(values))
            link.send_query_prepared(name, _sent(values))
            if apart or place == len(statements):
                link.pipeline_sync()
        prepared, results = list[tuple[str, bytes, PGresult]](), list[PGresult]()
        unanswered = dict(names)
        for sql, _ in statements:
            if unanswered and (name := unanswered.pop(sql, None)):
                prepared.append((sql, name, self._answer(ends=False)))
            results.append(self._answer(ends=apart))
        if not apart:
            self._next()  # of the sync
        link.exit_pipeline_mode()
        return prepared, results

    def _answer(self, ends: bool) -> PGresult:
        """The next result; `ends`: a sync follows it."""
        result = self._next()
        if result is None:
            raise psycopg.OperationalError("connection lost")
        self._next()  # None: the end of this one
        if ends:
            self._next()
        return result

    def _next(self) -> PGresult | None:
        """What the database sends next, awaited here: `get_result` would wait with the interpreter held."""
        link = self._link
        while link.is_busy():
            self._wait()
            link.consume_input()
        return link.get_result()

    def _arrived(self) -> PGresult | None:
        """What comes next; a connection that is lost is closed, so that nobody waits for the rest."""
        try:
            return self._next()
        except psycopg.OperationalError as error:
            self.connection.close()
            raise Disconnected(str(error)) from error

    def _outcome(self, result: PGresult) -> "list[Result] | Failed | None":
        if result.status == pq.ExecStatus.PIPELINE_ABORTED:
            return None
        try:
            return _rows(self._checked(result), self._loads)
        except Disconnected:
            raise
        except Failure as error:
            return error

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in OK:
            self.connection.answered = time.monotonic()
            return result
        error, state = _error(result), result.error_field(pq.DiagnosticField.SQLSTATE)
        is_alive = self._link.status == pq.ConnStatus.OK
        if state is None or state in STRANGE or _ends_session(result) or not is_alive:
            self.connection.close()
            raise Disconnected(str(error)) from error
        if state in CONFLICTS:
            raise Conflict(str(error)) from error
        if state.startswith(LOST):  # told by a session that lives: it lost another machine
            raise Unreachable(str(error)) from error
        if state == CANCELED:
            raise Overdue(str(error)) from error
        raise error


Failed = psycopg.Error | Overdue | Unreachable
Failure = (psycopg.Error, Overdue, Unreachable)


def _called(place: int) -> bytes:
    return f"closum_{place}".encode()


def _types(values: Values) -> list[int]:
    """NULL has no type of its own: it takes that of its place."""
    return [0 if value is None else BIGINT if isinstance(value, int) else TEXT for value in values]


class PreparedConnection(psycopg.Connection[Any]):
    """A connection that knows which statements are prepared on it, by their text."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.prepared: dict[str, bytes] = {}
        self.ahead: list[Statement] = []  # to be executed before the next one
        self.savepoint = "set_a"  # the name of the last one
        self.loads: abc.Transformer = adapt.Transformer(self)
        self.answered = 0.0  # when a statement was, in seconds of the monotonic clock
        self.measured = 0.0  # when the sizes of tables were last looked at, in seconds of the monotonic clock
        self.silence: int | None = None  # milliseconds without a word after which it is taken for lost
        self._arrivals = select.poll()
        self._arrivals.register(self.pgconn.socket, select.POLLIN)
        self.history = ""  # which history of which database it is; "" where the database does not tell

    def arrival(self) -> None:
        """Wait for what the database sends next. Raises psycopg.OperationalError."""
        if not self.arrives(self.silence):
            raise psycopg.OperationalError("the database does not answer")

    def arrives(self, milliseconds: int | None) -> bool:
        """Whether something comes, or the connection ends, within that time."""
        return bool(self._arrivals.poll(milliseconds))

    def awaited(self) -> PGresult:
        """The result of the one statement, or of the last one, that was sent. Raises what `arrival` raises."""
        link, found = self.pgconn, None
        while True:
            while link.is_busy():
                self.arrival()
                link.consume_input()
            result = link.get_result()
            if result is None:
                break
            found = result
        if found is None:
            raise psycopg.OperationalError("the connection is lost")
        return found


def _ends_session(result: PGresult) -> bool:
    return result.error_field(pq.DiagnosticField.SEVERITY_NONLOCALIZED) != b"ERROR"


def _error(result: PGresult) -> psycopg.Error:
    """The error without its detail, which may name an address or a number."""
    error = errors.error_from_result(result)
    message = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY)
    return type(error)(message.decode() if message else result.get_error_message())


def _sent(values: Values) -> Any:
    return [
        None if value is None else value.encode() if isinstance(value, str) else b"%d" % value
        for value in values
    ]


def _rows(result: PGresult, loads: abc.Transformer) -> list[Result]:
    loads.set_pgresult(result)
    return loads.load_rows(0, result.ntuples, tuple)
