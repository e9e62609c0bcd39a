"""No test has a wait of its own that a busy machine could outlast: they all have PATIENCE."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))
WAITS = {"wait": 1, "join": 1, "result": 1, "settimeout": 1, "timeout": 1, "wait_for": 2}  # and its arguments
HTTPX = {"get", "post", "put", "request", "head", "stream", "Client", "AsyncClient"}
SHORT = 4  # seconds; shorter ones are limits of the product that a test wants to meet


def short_waits(text: str) -> Iterator[str]:
    """The calls with a bound in seconds written out, or with the five that httpx2 has unasked."""
    for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        bounds = [one.value for one in call.keywords if one.arg == "timeout"]
        bounds += call.args[-1:] if len(call.args) == WAITS.get(name) else []
        if any(_is_long(bound) for bound in bounds) or _is_bare(call, name):
            yield f"line {call.lineno}: {ast.unparse(call)[:80]}"


def _is_long(bound: ast.expr) -> bool:
    return isinstance(bound, ast.Constant) and isinstance(bound.value, int | float) and bound.value >= SHORT


def _is_bare(call: ast.Call, name: str) -> bool:
    return (
        name in HTTPX
        and ast.unparse(call.func) == f"httpx2.{name}"
        and not {"timeout", "transport"} & {one.arg for one in call.keywords}
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_waits_have_patience(path: Path) -> None:
    assert list(short_waits(path.read_text(encoding="utf-8"))) == [], "use tests.support.patience.PATIENCE"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("subprocess.run(command, timeout=60)", 1),
        ("event.wait(30)", 1),
        ("asyncio.wait_for(read, 30)", 1),
        ("httpx2.get(url)", 1),
        ("httpx2.Client(transport=httpx2.MockTransport(answer))", 0),
        ("httpx2.get(url, timeout=PATIENCE)", 0),
        ("event.wait(PATIENCE)", 0),
        ("connect(address, timeout=0.1)", 0),
        ("' '.join(words)", 0),
    ],
)
def test_what_is_found(text: str, found: int) -> None:
    assert len(list(short_waits(text))) == found
