"""How many there are of something is grouped in the language of the page; the number of a record is written as it is."""

from tests.support.client import Client
from tests.support.pages import Pages, texts
from tests.support.patience import wait_until

MANY = 1_000


def test_the_number_of_a_record_is_not_grouped(pages: Pages, api: Client) -> None:
    items = [{"action": "create", "data": {"name": f"Ana {one}"}} for one in range(MANY)]
    api.data("POST", "/api/lead/batch", {"items": items})
    body = {"name": "Rui Sá", "phone": {"extension": "351", "number": "912345678"}}
    first, second, third = (api.new("lead", body) for _ in range(3))
    api.data("POST", f"/api/lead/{second}/merge", {"ids": [third]})
    wait_until(lambda: bool(api.data("GET", "/api/lead/duplicates")))
    pair = f"{first}-{second}"
    shown = {
        path: texts(pages.shown(path))
        for path in (
            "/leads?columns=id&q=rui",
            f"/leads/{second}",
            f"/leads/{first}/merge?q=rui",
            f"/duplicates/{pair}",
            f"/duplicates/{pair}?dismissed={pair}",
        )
    }
    for path, text in shown.items():
        assert str(second) in text, path
        assert not [one for one in (first, second, third) if f"{one:,}" in text], path
    assert f"{MANY + 2:,}" in texts(pages.shown("/leads"))
