"""What every answer of the pages tells browsers, whatever kind of answer it is."""

import re

from tests.support import import_calls
from tests.support.client import Client
from tests.support.visiting import Visitor
from tests.web.test_page_routes import safe


def test_files_are_secured(owner: Visitor, api: Client) -> None:
    api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    number = import_calls.send(api, "Name,Email\nAna,none\n")
    import_calls.started(api, number)
    person = [("person", "ana@example.com")]
    for answer in (
        owner.get("/leads/export?format=csv"),
        owner.get(f"/imports/{number}/faults"),
        owner.form("/settings/retention/export", person, "/settings/retention"),
    ):
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith("attachment")
        safe(answer.headers)


def test_what_is_no_page_is_secured(owner: Visitor, nobody: Client) -> None:
    assets = re.findall(r'"(/static/[^"]+)"', owner.page("/leads"))
    assert len(assets) > 3
    for path in assets:
        answer = nobody.get(path)
        safe(answer.headers)
        same = nobody.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert same.status_code == 304
        safe(same.headers)
    part = {"HX-Request": "true"}
    for status, answer in (
        (303, owner.form("/settings/look", [("theme", "dark")], "/settings/look")),
        (303, nobody.get("/")),
        (303, nobody.get("/leads")),
        (204, nobody.get("/leads", headers=part)),
        (401, nobody.post("/settings/look", data={"theme": "dark"})),
        (403, owner.post("/settings/look", data={"theme": "dark"})),
        (404, owner.get("/leads/999")),
        (404, nobody.get("/nowhere", headers={"Accept": "text/html"})),
    ):
        assert answer.status_code == status
        safe(answer.headers)
