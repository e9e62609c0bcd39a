"""How long a page takes until a browser has it whole: its files, its script, its layout."""

import shutil

from benchmarks import machine
from tests.support.browser import chromium

_COMPLETE = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


def complete(address: str, visits: int) -> list[float]:
    """The milliseconds of each visit in headless Chromium, by somebody who has not been there."""
    machine.require("chromium")
    with chromium(shutil.which("chromium") or "") as browser:
        found = []
        for _ in range(visits):
            context = browser.new_context()
            page = context.new_page()
            page.goto(address)
            page.wait_for_function(_COMPLETE)
            found.append(float(page.evaluate(_COMPLETE)))
            context.close()
        return found
