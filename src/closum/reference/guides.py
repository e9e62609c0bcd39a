"""Guides to what programs usually do with the API, one a task; their texts are the files of Markdown in the folder `texts`."""

from importlib.resources import files

from closum.reference.sections import GUIDES, Section

WORDS = {
    "capture-leads": "create a lead from a contact form on a website in php html wordpress landing page",
    "sync": "every 5 minutes new leads newsletter copy poll polling cron job schedule webhook mirror",
    "import-a-spreadsheet": "excel xlsx csv google sheets file upload leads",
    "undo-an-import": "revert reverse rollback roll back take back restore delete imported leads",
}
"""What else each is looked for by, in the order in which they are listed."""
NAMES = tuple(WORDS)

_TEXTS = files("closum.reference") / "texts"


def load() -> list[Section]:
    return [_section(name) for name in NAMES]


def source(name: str) -> str:
    """The file: its first line is the title."""
    return (_TEXTS / f"{name}.md").read_text(encoding="utf-8")


def _section(name: str) -> Section:
    title, _, text = source(name).partition("\n")
    return Section(title.removeprefix("# "), f"{GUIDES}/{name}", text, words=WORDS[name])
