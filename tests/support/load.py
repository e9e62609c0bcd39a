"""Clients that write and read until they are stopped, and what they were told."""

import threading
import time
from collections import Counter
from itertools import count
from typing import Any

import httpx2

from tests.support.client import Client
from tests.support.patience import wait_until

_numbers = count(1)


RETRIES = 5


class Load:
    """`clients` threads on some servers. A context manager; afterwards `check` compares what is there with the answers."""

    def __init__(self, addresses: list[str], token: str, clients: int = 8) -> None:
        self._stopping = threading.Event()
        self.created: dict[str, int] = {}
        self.tried: list[str] = []
        self.statuses: Counter[int | str] = Counter()
        self._threads = [
            threading.Thread(target=self._run, args=(addresses[number % len(addresses)], token))
            for number in range(clients)
        ]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let the requests under way end, and send no other."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, answered: int) -> None:
        """Until so many more creates are answered."""
        goal = len(self.created) + answered
        wait_until(lambda: len(self.created) >= goal)

    def _run(self, address: str, token: str) -> None:
        with Client(address, token) as client:
            while not self._stopping.is_set():
                name = f"lead {next(_numbers)}"
                self.tried.append(name)
                answer = self._send(
                    client, "POST", "/api/lead", {"name": name, "email": {"email": "same@example.com"}}
                )
                if answer is not None and answer.status_code == 201:
                    self.created[name] = answer.json()["data"]["id"]
                self._send(client, "GET", "/api/lead?limit=2&direction=desc")

    def _send(self, client: Client, method: str, path: str, body: Any = None) -> httpx2.Response | None:
        try:
            answer = client.request(method, path, json=body)
        except httpx2.TransportError:  # the server was killed
            self.statuses["lost"] += 1
            self._stopping.wait(0.02)
            return None
        self.statuses[answer.status_code] += 1
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) >= 1
        if method == "GET" and answer.status_code == 200:
            document = (
                answer.json()
            )  # ids rise in the order in which records become visible: none is missing below
            if document["data"]:
                assert document["data"][0]["id"] == document["pagination"]["count"]
        return answer

    def check(self, api: Client) -> None:
        """No answered write is lost, none is done twice, and nothing is there that was not tried."""
        assert set(self.statuses) <= {200, 201, 503, "lost"}, self.statuses
        found = {lead["name"]: lead["id"] for lead in every(api, "lead")}
        count = _answered(api, "/api/lead").json()["pagination"]["count"]
        assert len(found) == count, "a write was done twice"
        assert self.created.items() <= found.items()
        assert found.keys() <= set(self.tried)
        assert [one["email"] for one in every(api, "email")] == ["same@example.com"]


def every(api: Client, resource: str) -> list[dict[str, Any]]:
    """The records of all pages."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = _answered(api, f"/api/{resource}?limit=1000&page={page}")
        if answer.status_code == 404:
            return found
        found += answer.json()["data"]
        page += 1
        if not answer.json()["pagination"]["has_next_page"]:
            return found


def _answered(api: Client, path: str) -> httpx2.Response:
    """The answer, once it is not 503: what a test has just killed may be noticed by this very call."""
    answer = api.get(path)
    for _ in range(RETRIES):
        if answer.status_code != 503:
            break
        time.sleep(float(answer.headers["Retry-After"]))
        answer = api.get(path)
    return answer
