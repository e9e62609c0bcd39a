"""Copies Redoc from its npm package into the reference: `python -m tools.redoc FOLDER`.

FOLDER is the unpacked package (`npm pack redoc@2.5.4`). Two things are left out: the request for a logo at another
host, which no option of Redoc switches off, and the address of a source map that is not there.
"""

import sys
from pathlib import Path

STATIC = Path(__file__).parents[1] / "src/closum/reference/static"

LEFT_OUT = (
    (
        '{t(!0)},[]),e?n.createElement("img",{alt:"redocly logo",onError:()=>t(!1),'
        'src:"https://cdn.redoc.ly/redoc/logo-mini.svg"}):null}',
        "{},[]),null}",
    ),
    ("\n//# sourceMappingURL=redoc.standalone.js.map", ""),
)


def main(arguments: list[str]) -> int:
    """Exit code of the command."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tools.redoc FOLDER\n")
        return 2
    package = Path(arguments[0])
    text = (package / "bundles/redoc.standalone.js").read_text(encoding="utf-8")
    for old, new in LEFT_OUT:
        if text.count(old) != 1:
            sys.stderr.write(f"this Redoc has changed; it has not once: {old}\n")
            return 1
        text = text.replace(old, new)
    (STATIC / "redoc.js").write_text(text, encoding="utf-8")
    banners = (package / "bundles/redoc.standalone.js.LICENSE.txt").read_text(encoding="utf-8")
    licence = (package / "LICENSE").read_text(encoding="utf-8")
    (STATIC / "redoc.LICENSE.txt").write_text(f"{licence}\n\n{banners}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
