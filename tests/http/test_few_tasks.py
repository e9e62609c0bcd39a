"""A request has a task only while it waits; what it is answered, and how it ends, does not depend on that."""

import asyncio
from contextvars import ContextVar
from typing import Any

import pytest

from tests.support.connected import Connections
from tests.support.quiet import rounds
from tests.support.served import answer, get, post

KEPT: ContextVar[bytes] = ContextVar("KEPT")


@pytest.mark.parametrize(("request_", "number"), [(get(), 0), (post(b"Content-Length: 3", body=b"abc"), 1)])
def test_what_does_not_wait_has_no_task(request_: bytes, number: int) -> None:
    made = 0

    def factory(loop: asyncio.AbstractEventLoop, run: Any, **rest: Any) -> asyncio.Task[Any]:
        nonlocal made
        made += 1
        return asyncio.Task(run, loop=loop, **rest)

    async def scenario() -> None:
        end, wire = Connections().open()
        asyncio.get_running_loop().set_task_factory(factory)
        end.data_received(request_)
        await rounds()
        assert b"".join(wire.written).endswith(b"body")
        assert made == number

    asyncio.run(scenario())


class Waiting:
    """An application that waits twice and says what of its context is left; told to end, it answers that."""

    def __init__(self) -> None:
        self.gates = [asyncio.Event(), asyncio.Event()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        token = KEPT.set(b"kept")
        try:
            for gate in self.gates:
                await gate.wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            await answer(send, 503, b"ended")
        else:
            kept = KEPT.get()
            KEPT.reset(token)
            async with asyncio.timeout(None):
                await answer(send, 200, kept)


def test_what_waits_goes_on_in_a_task_and_in_its_context() -> None:
    async def scenario() -> None:
        app = Waiting()
        connections = Connections(app=app)
        end, wire = connections.open()
        end.data_received(get())
        for gate in app.gates:
            await rounds()
            assert (wire.written, len(connections.tasks)) == ([], 1)
            gate.set()
        await rounds()
        assert wire.written[0].endswith(b"\r\n\r\nkept")
        assert connections.tasks == set()
        with pytest.raises(LookupError):
            KEPT.get()

    asyncio.run(scenario())


@pytest.mark.parametrize("opened", [0, 1])
@pytest.mark.parametrize("at_once", [True, False])
def test_what_waits_is_told_that_it_is_cancelled(opened: int, at_once: bool) -> None:
    """Before its task has run, too."""

    async def scenario() -> None:
        app = Waiting()
        connections = Connections(app=app)
        end, wire = connections.open()
        for gate in app.gates[:opened]:
            gate.set()
        end.data_received(get())
        await asyncio.sleep(0)
        if not at_once:
            await rounds()
        (task,) = connections.tasks
        task.cancel()
        await rounds()
        assert wire.written[0].endswith(b"\r\n\r\nended")
        assert connections.tasks == set()

    asyncio.run(scenario())


@pytest.mark.parametrize("waits", [False, True])
def test_an_error_of_one_request_leaves_the_others(waits: bool) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if waits:
            await asyncio.sleep(0)
        if scope["path"] == "/bad":
            raise ZeroDivisionError
        await answer(send, 200, b"body")

    async def scenario() -> None:
        connections = Connections(app=app)
        ends, wires = zip(*(connections.open() for _ in range(3)), strict=True)
        for end, path in zip(ends, (b"/a", b"/bad", b"/b"), strict=True):
            end.data_received(get(path))
        await rounds()
        assert [wire.written[0].split()[1] for wire in wires] == [b"200", b"500", b"200"]

    asyncio.run(scenario())
