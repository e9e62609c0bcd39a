"""The files of the Ruby client that are written from the declarations."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from closum.model.examples import Examples
from closum.model.fields import Document, Flag, Integer, Text, Timestamp
from closum.model.relations import Nested
from closum.model.resource import Listing, Resource
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from tests.conftest import Programs
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment
from tools.clients import ruby, ruby_text

ROOT = Path(__file__).parents[3]

NOTE = Resource(
    name="sales_note",
    fields=(
        Text("text", required=True, description="The **text** of\nthe note"),
        Integer("stars", description="How good it is, as in [the **guide**](#tag/Guide)"),
        Document("extra"),
        Flag("is_read", read_only=True),
        Text("summary", read_only=True),
        Timestamp("creation_date", read_only=True),
    ),
    nested=(Nested("email", EMAIL, key="email", shows=("email", "status"), copies=("email",)),),
    listing=Listing(
        listed=("id", "text", "stars", "extra", "is_read", "creation_date", "email"),
        retrieved=("id", "text", "stars", "extra", "is_read", "summary", "creation_date", "email"),
        sorts={"id": "id", "text": "text_sort"},
    ),
    examples=Examples(sample={"text": "Called back on Monday"}),
)

PROGRAM = """
require "minitest/autorun"
require_relative "helper"

class NoteTest < ClosumTest
  NOTE = { "id" => 3, "text" => "Called", "stars" => nil, "extra" => nil, "is_read" => 1, "summary" => "C",
           "creation_date" => "2018-01-01T10:00:00+00:00",
           "email" => { "id" => 1, "email" => "a@example.com", "status" => 1 } }.freeze

  def test_every_verb
    short = NOTE.except("summary").merge("email" => NOTE["email"].except("id"))
    scripted(page(short), created(3), ok(NOTE), ok([])) do |client, server|
      notes = client.sales_notes
      listed = notes.list(sort: "text").first
      assert_instance_of Closum::SalesNote, listed
      assert_equal [nil, nil, 1], [listed.summary, listed.email.id, listed.email.status]
      assert_equal 3, notes.create(text: "Called", extra: { a: 1 })
      assert_equal ["C", true, 1], [notes.retrieve(3).summary, NOTE["is_read"] == 1, 1]
      assert_nil notes.update(3, stars: nil)
      assert_equal ["GET /api/sales-note?sort=text", "POST /api/sales-note", "GET /api/sales-note/3",
                    "PUT /api/sales-note/3"], server.requests
      assert_equal [{ "text" => "Called", "extra" => { "a" => 1 } }, { "stars" => nil }],
                   [server.seen[1].json, server.seen[3].json]
      assert_raises(ArgumentError) { notes.create(stars: 1) }
      assert_predicate listed, :read?
    end
  end
end
"""


def test_the_files_are_what_the_declarations_say() -> None:
    for path, text in ruby.files().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run 'make generate'"
    there = {f"{ruby.FOLDER}generated/{file.name}" for file in (ROOT / ruby.FOLDER / "generated").iterdir()}
    assert there == ruby.files().keys() - {f"{ruby.FOLDER}generated.rb"}


def test_the_table_of_the_readme_is_what_the_declarations_say() -> None:
    readme = (ROOT / "clients/ruby/README.md").read_text(encoding="utf-8")
    assert f"<!-- generated: resources -->\n{ruby.table()}\n<!-- end of resources -->\n" in readme


def test_every_line_has_a_fair_length() -> None:
    lines = [line for text in ruby.files((*RESOURCES, NOTE)).values() for line in text.splitlines()]
    assert max(map(len, lines)) <= ruby_text.WIDTH + 2


def test_a_new_resource_has_all_its_verbs(program: Programs, tmp_path: Path) -> None:
    """In a copy of the client, generated with the resource."""
    path = program("ruby", package="ruby")
    shutil.copytree(ROOT / "clients/ruby", tmp_path / "clients/ruby")
    for name, text in ruby.files((*RESOURCES, NOTE)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    gem = tmp_path / "clients/ruby"
    (gem / "test/test_note.rb").write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [path, "-w", "-I", gem / "lib", gem / "test/test_note.rb"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 runs" in done.stdout
    assert not re.search(rf"^{re.escape(str(gem))}.*warning:", done.stderr, re.MULTILINE), done.stderr


def test_descriptions_are_comments_of_one_paragraph() -> None:
    text = ruby.files((NOTE,))[f"{ruby.FOLDER}generated/sales_note.rb"]
    assert "    # The text of the note.\n    # @return [String]\n    attr_reader :text\n" in text
    assert "    # @param text [String] The text of the note\n" in text


def test_a_link_in_a_description_is_what_it_shows() -> None:
    text = ruby.files((NOTE,))[f"{ruby.FOLDER}generated/sales_note.rb"]
    assert "    # How good it is, as in the guide.\n" in text
    assert "    # @param stars [Integer, nil] How good it is, as in the guide\n" in text
    assert not [text for text in ruby.files().values() if "](" in text]


def showing(*names: str) -> Listing:
    """Both answers show these properties."""
    return Listing(names, names, {"id": "id"})


def test_nil_is_said_to_clear_only_where_something_may_be_nil() -> None:
    clears, keeps = "and nil clears what may be nil.\n", "what is not keeps its value.\n"
    text: dict[str, Any] = {"fields": NOTE.fields[:1], "listing": showing("id", "text"), "nested": ()}
    email: dict[str, Any] = {"listing": showing("id", "text", "email"), "nested": NOTE.nested}
    for change, said in (({}, clears), (text | email, clears), (text, keeps)):
        written = ruby.files((replace(NOTE, **change),))[f"{ruby.FOLDER}generated/sales_note.rb"]
        assert [phrase for phrase in (clears, keeps) if phrase in written] == [said]
    assert clears not in ruby.files()[f"{ruby.FOLDER}generated/email.rb"]


def test_a_resource_that_is_only_read_has_no_more() -> None:
    text = ruby.files((replace(NOTE, verbs=("list", "retrieve")),))[f"{ruby.FOLDER}generated/sales_note.rb"]
    assert re.findall(r"^    def (\w+)\(", text, re.MULTILINE) == [
        "initialize",
        "list",
        "select",
        "retrieve",
        "export",
    ]


@pytest.mark.parametrize("name", ["left", "undo", "bin_entry", "operation_summary", "job"])
def test_a_name_of_what_is_no_resource_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: no name for the Ruby client"):
        ruby.files((replace(NOTE, name=name),))


@pytest.mark.parametrize("name", ["class", "hash", "Note", "two words"])
def test_a_name_that_ruby_has_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"sales_note: no name for the Ruby client: {name}"):
        ruby.files((replace(NOTE, fields=(Text(name),)),))


def test_every_class_of_the_library_is_known() -> None:
    written = [path for path in (ROOT / ruby.FOLDER).glob("*.rb") if path.name != "generated.rb"]
    text = "".join(path.read_text(encoding="utf-8") for path in written)
    assert set(re.findall(r"^  (?:class|module) (\w+)", text, re.MULTILINE)) <= set(ruby.CONSTANTS.split())


@pytest.mark.parametrize("name", ["record", "page", "request", "client"])
def test_a_resource_that_the_library_has_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: no name for the Ruby client"):
        ruby.files((replace(NOTE, name=name),))
