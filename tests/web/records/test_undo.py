"""History and undo at the pages, and records that go."""

import re

from tests.support.clerk import Clerk, text_of
from tests.support.visiting import text


def _operation(owner: Clerk, lead: int) -> int:
    """The last operation of a lead, by its button."""
    page = owner.page(f"/leads/{lead}/history")
    return int(page.partition('action="/undo/')[2].partition('"')[0])


def test_a_change_names_who_what_and_both_values(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "city_id": "1"})
    owner.fill(f"/leads/{lead}", {"city_id": "2", "name": "Ana Reis"})
    text = text_of(owner.page(f"/leads/{lead}"))
    assert "Owner changed name and city" in text
    assert "Ana → Ana Reis" in text
    assert "Owner created the record" in text


def test_a_member_of_additional_data_is_a_change_of_its_own(owner: Clerk) -> None:
    rows = {
        "custom_data.rows": "1",
        "custom_data.row": "0",
        "custom_data.0.name": "Budget",
        "custom_data.0.kind": "number",
    }
    lead = owner.made("/leads", {"name": "Ana", **rows, "custom_data.0.value": "15"})
    owner.fill(f"/leads/{lead}", {**rows, "custom_data.0.value": "18"})
    assert "changed Budget 15 → 18" in text_of(owner.page(f"/leads/{lead}"))


def test_undo_takes_back_a_change_and_goes_back(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}", {"name": "Bea"})
    sent = owner.fill(f"/undo/{_operation(owner, lead)}", {"few": "1", "back": f"/leads/{lead}"})
    assert sent.headers["location"] == f"/leads/{lead}"
    text = text_of(owner.page(f"/leads/{lead}"))
    assert "Bea → Ana" in text
    assert "Undone." in text


def test_undo_without_a_field_goes_back_to_the_page_before(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}", {"name": "Bea"})
    path, operation = f"/leads/{lead}?at=1", _operation(owner, lead)
    for before, target in (
        (str(owner.base_url.join(path)), path),
        ("https://evil.example/leads/1", "/leads"),
    ):
        owner.headers["referer"] = before
        assert owner.fill(f"/undo/{operation}").headers["location"] == target
        operation = _operation(owner, lead)


def test_undo_of_what_made_the_page_goes_to_the_list(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    sent = owner.fill(f"/undo/{_operation(owner, lead)}", {"back": f"/leads/{lead}"})
    assert sent.headers["location"] == "/leads"
    owner.page(f"/leads/{lead}", 404)


def test_what_was_changed_since_stays_until_somebody_chooses(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "email.email": "one@example.pt"})
    owner.fill(f"/leads/{lead}", {"name": "Bea", "source": "fair", "email.email": "two@example.pt"})
    operation = _operation(owner, lead)
    owner.fill(f"/leads/{lead}", {"name": "Carla", "email.email": "three@example.pt"})
    sent = owner.fill(f"/undo/{operation}", {"back": f"/leads/{lead}"})
    assert sent.headers["location"].startswith(f"/undo/{operation}?")
    shown = owner.page(sent.headers["location"])
    assert "Carla as it is now" in text_of(shown)
    assert "Ana as it was before" in text_of(shown)
    assert '<a href="/leads" data-go="l" aria-current="page">' in shown
    assert "What was done: Changed" in text_of(shown)
    names = {f"take.lead.{lead}.name": "earlier"}
    owner.fill(f"/undo/{operation}/choice", {**names, "back": f"/leads/{lead}"})
    text = text_of(owner.page(f"/leads/{lead}"))
    assert "Carla → Ana" in text
    assert "three@example.pt" in text


def test_a_deleted_record_is_in_the_bin_with_a_toast(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    sent = owner.fill(f"/leads/{lead}/delete", {"back": "/leads?q=ana"})
    assert sent.headers["location"] == "/leads?q=ana"
    assert "Ana moved to the bin." in text_of(owner.page("/leads"))
    assert "bin" in text_of(owner.page(f"/leads/{lead}", 404))


def test_a_toast_says_what_one_meant_to_do(owner: Clerk) -> None:
    def told(path: str, form: dict[str, str]) -> str:
        owner.fill(path, form)
        found = re.search(r'class="toast" role="status"><span>(.*?)</span>', owner.page("/leads"))
        return text(found[1]) if found else ""

    ana = {
        "name": "Ana",
        "email.email": "ana@example.pt",
        "phone.extension": "351",
        "phone.number": "912345678",
    }
    assert told("/leads", ana) == "Ana created."
    assert told("/leads/1", {"email.email": "ana@example.com"}) == "Changed email of Ana ."
    assert told("/notes", {"lead_id": "1", "text": "Wants an offer"}) == "Ana : added a note."
    consent = {"lead_id": "1", "channel": "email", "state": "given"}
    assert told("/consents", consent) == "Recorded the consent of Ana (email)."
    withdrawn = consent | {"state": "withdrawn"}
    assert told("/consents", withdrawn) == "Recorded the withdrawal of the consent of Ana (email)."
    assert told("/leads/1/delete", {}) == "Ana moved to the bin."


def test_a_name_in_a_toast_is_no_markup_and_leads_to_its_record(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana <b>{0}"})
    link = f'<a href="/leads/{lead}"><b>Ana &lt;b&gt;{{0}}</b></a>'
    assert f"<span>{link} created.</span>" in owner.page("/leads")
    owner.headers["accept-language"] = "pt"
    owner.fill(f"/leads/{lead}", {"source": "fair"})
    assert f"<span>Alterou {link}: origem.</span>" in owner.page("/leads")
    owner.fill(f"/leads/{lead}/delete", {})
    gone = link.replace(f"/leads/{lead}", "/bin")
    assert f"<span>Moveu {gone} para a reciclagem.</span>" in owner.page("/leads")


def test_what_others_show_is_not_deleted_and_says_by_which(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "email.email": "ana@example.pt"})
    shown = owner.fill("/emails/1/delete", {}, 422).text
    assert "Other records show this one" in text_of(shown)
    assert f'href="/leads/{lead}"' in shown


def test_a_stage_of_every_account_stays(owner: Clerk) -> None:
    assert "/edit" not in owner.page("/contact-lifecycle-stages/1")
    assert "Every account has this one" in owner.fill("/contact-lifecycle-stages/1/delete", {}, 422).text


def test_an_operation_that_is_undone_says_so(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}", {"name": "Bea"})
    operation = _operation(owner, lead)
    owner.fill(f"/undo/{operation}")
    sent = owner.fill(f"/undo/{operation}")
    assert "All of it is undone." in text_of(owner.page(sent.headers["location"]))


def test_what_is_as_it_was_before_again_is_no_conflict(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "source": "fair", "email.email": "one@example.pt"})
    owner.fill(f"/leads/{lead}", {"name": "Bea", "source": "shop", "email.email": "two@example.pt"})
    operation = _operation(owner, lead)
    owner.fill(f"/leads/{lead}", {"name": "Carla", "email.email": "one@example.pt"})
    owner.fill(f"/leads/{lead}", {"name": "Ana"})
    sent = owner.fill(f"/undo/{operation}", {"back": f"/leads/{lead}"})
    assert sent.headers["location"] == f"/leads/{lead}"
    text = text_of(owner.page(f"/leads/{lead}"))
    assert "shop → fair" in text
    assert "Undone." in text


def test_where_all_is_as_it_was_before_again_there_is_nothing_left_to_undo(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}", {"name": "Bea"})
    operation = _operation(owner, lead)
    owner.fill(f"/leads/{lead}", {"name": "Ana"})
    sent = owner.fill(f"/undo/{operation}", {"back": f"/leads/{lead}"})
    shown = text_of(owner.page(sent.headers["location"]))
    assert "There is nothing left to undo." in shown
    assert "as it is now" not in shown


def test_who_may_not_undo_is_told_who_may(owner: Clerk, reader: Clerk, member: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}", {"name": "Bea"})
    of_lead = _operation(owner, lead)
    kind = owner.made("/contact-types", {"label": "Client"})
    page = owner.page(f"/contact-types/{kind}/history")
    of_owners = int(page.partition('action="/undo/')[2].partition('"')[0])
    for who, operation, may in (
        (owner, of_owners, True),
        (member, of_owners, False),
        (member, of_lead, True),
        (reader, of_lead, False),
    ):
        shown = who.page(f"/undo/{operation}")
        assert ("Your role does not include this" not in shown) is may
        assert ("Undo 1 change" in text_of(shown)) is may
        assert "nothing left" not in shown
        assert ("An owner of the account can do it, or give you another role: Owner" in shown) is not may


def _toast(owner: Clerk, path: str = "/leads") -> tuple[str, int]:
    page = owner.page(path).partition('class="toast"')[2]
    return text(page.partition("</form>")[0]), int(page.partition('action="/undo/')[2].partition('"')[0])


def test_each_undo_of_an_undo_says_which_way_it_goes(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}", {"name": "Bea"})
    _, operation = _toast(owner)
    owner.fill(f"/undo/{operation}")
    told, undo = _toast(owner)
    assert "Undone. Gave Ana the earlier values back." in told
    assert "Bring back" in told
    shown = text_of(owner.page(f"/undo/{undo}"))
    assert "The undo did this: Gave 1 lead the earlier values back." in shown
    assert "Bring back 1 change" in shown
    owner.fill(f"/undo/{undo}")
    told, redo = _toast(owner)
    assert "Done again. Changed name of Bea ." in told
    assert "Bring back" not in told
    shown = text_of(owner.page(f"/undo/{redo}"))
    assert "Done again. Changed name of Bea ." in shown
    assert "Undo 1 change" in shown
    assert "There is nothing left to bring back." in text_of(owner.page(f"/undo/{undo}"))
    owner.headers["accept-language"] = "pt"
    assert "Refeito. Alterou Bea : nome." in text_of(owner.page(f"/undo/{redo}"))
    assert "A anulação fez isto: Repôs os valores anteriores de 1 lead." in text_of(
        owner.page(f"/undo/{undo}")
    )
