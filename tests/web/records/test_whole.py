"""Pages of records say all of what a record is called and who made it, however long either is."""

from closum.web.titles import shortened
from tests.support.clerk import Clerk, hidden, text_of

NAME = " ".join(f"word{number}" for number in range(31))


def test_an_unqualified_lead_has_a_row_for_each_way_to_reach_it(owner: Clerk) -> None:
    by_name = owner.made("/unqualified-leads", {"name": "Alguém"})
    shown = owner.page(f"/unqualified-leads/{by_name}")
    assert "mailto:" not in shown
    assert "Valid" not in text_of(shown)
    assert "<h1>Alguém</h1>" in shown
    assert "<dt>Name</dt>" not in shown
    assert ">Unqualified lead</h2>" not in shown
    assert 'id="o-unqualified_lead_consent' not in shown
    of_all = {"name": "Rui", "email.email": "rui@example.pt"}
    of_all |= {"phone.extension": "00351", "phone.number": "961 000 213"}
    shown = owner.page(f"/unqualified-leads/{owner.made('/unqualified-leads', of_all)}")
    assert shown.count("mailto:") == 1
    assert "<dt>Name</dt>" not in shown
    assert 'href="mailto:rui@example.pt"' in shown
    assert 'href="tel:+351961000213"' in shown
    assert shown.index("<dt>Email</dt>") < shown.index("<dt>Phone</dt>")


def test_consents_of_an_unqualified_lead_are_told_and_recorded_as_those_of_a_lead(owner: Clerk) -> None:
    number = owner.made("/unqualified-leads", {"name": "Rui"})
    path = f"/unqualified-leads/{number}"
    assert "Consents Email Not given Record consent Text messages Not given" in text_of(owner.page(path))
    of_email = {"unqualified_lead_id": str(number), "channel": "email", "state": "given", "back": path}
    assert owner.fill("/unqualified-lead-consents", of_email).headers["location"] == path
    shown = text_of(owner.page(path))
    assert "Consents Email Given Record withdrawal Text messages Not given" in shown


def test_no_name_that_people_write_is_taken_for_an_address(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "source": "Fair"})
    of_lead = {"lead_id": str(lead)}
    made = {
        "lead": lead,
        "unqualified_lead": owner.made("/unqualified-leads", {"name": "Ana"}),
        "note": owner.made("/notes", {**of_lead, "text": "Ana"}),
        "task": owner.made("/tasks", {**of_lead, "text": "Ana"}),
        "audience_list": owner.made("/audience-lists", {"name": "Ana"}),
    }
    for name, number in made.items():
        assert "mailto:" not in owner.page(f"/{name.replace('_', '-')}s/{number}"), name


def test_a_long_name_is_whole_in_the_first_card(owner: Clerk) -> None:
    cut = shortened(NAME)
    assert cut.endswith("…")
    for path, label in (("/leads", "Name"), ("/unqualified-leads", "Name"), ("/audience-lists", "Name")):
        shown = owner.page(f"{path}/{owner.made(path, {'name': NAME})}")
        assert f"<h1>{cut}</h1>" in shown
        assert f"<dt>{label}</dt><dd><span>{NAME}</span>" in shown[shown.index("<h2") :]
    lead = owner.made("/leads", {"name": "Ana"})
    assert "<dt>Name</dt>" not in owner.page(f"/leads/{lead}")
    task = owner.made("/tasks", {"lead_id": str(lead), "text": NAME})
    assert f"<dd><span>{NAME}</span>" in owner.page(f"/tasks/{task}")
    note = owner.made("/notes", {"lead_id": str(lead), "text": "Called\r\nShe asks for an offer"})
    assert "Called\nShe asks for an offer" in owner.page(f"/notes/{note}")


def test_who_made_a_record_is_told_however_often_it_was_changed(owner: Clerk, member: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    for number in range(12):
        member.fill(f"/leads/{lead}", {"name": f"Ana {number}"})
    shown = owner.page(f"/leads/{lead}")
    assert f"/leads/{lead}/history?before=" in shown
    assert "Created by Owner" in text_of(shown)


def test_leads_that_are_merged_from_the_page_of_one_lead_to_what_they_became(owner: Clerk) -> None:
    ana = {"name": "Ana Sá", "email.email": "ana@example.pt"}
    first, second = owner.made("/leads", ana), owner.made("/leads", {**ana, "source": "Fair"})
    for name in ("Rui Paz", "rui paz"):
        owner.made("/leads", {"name": name})
    path = f"/duplicates/{first}-{second}?of={second}"
    likely = owner.page(f"/leads/{second}/merge")
    assert (f'href="{path}"' in likely, "Rui" in likely) == (True, False)
    found = owner.page(f"/leads/{second}/merge?q=ana")
    assert f'href="{path}"' in found
    assert "Ana Sá ana@example.pt" in text_of(found)
    assert f'href="{path}"' in owner.page(f"/leads/{second}")
    both = owner.page(path)
    assert f'href="/leads/{second}"' in both
    assert "Rui" not in text_of(both)
    again = owner.fill(path, {"versions": "0-0", "name": str(first)}, 412)
    assert f'action="{path}"' in again.text
    sent = owner.fill(path, {**hidden(both), "name": str(first)})
    assert sent.headers["location"] == f"/leads/{first}"


def test_the_banner_tells_leads_of_one_name_apart(owner: Clerk) -> None:
    leads = [
        owner.made("/leads", {"name": "Ana Sá", "email.email": f"ana{number}@example.pt"})
        for number in range(3)
    ]
    shown = text_of(owner.page(f"/leads/{leads[0]}"))
    for number in (1, 2):
        assert f"Ana Sá ana{number}@example.pt" in shown
