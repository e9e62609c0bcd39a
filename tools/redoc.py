"""Copies Redoc from its npm package into the reference: `python -m tools.redoc FOLDER`.

FOLDER is where `npm install redoc@2.5.4` was run. Two things are left out: the request for a logo at another host,
which no option of Redoc switches off, and the address of a source map that is not there. The licences are those of
the packages that the source map names, in the versions that npm has put there; of those that only the build of Redoc
uses and npm leaves out (css-loader, style-loader, lodash.noop, unfetch, @redocly/workerize-loader) after
`npm install` of them, too.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

STATIC = Path(__file__).parents[1] / "src/closum/reference/static"

CHANGES = (
    (
        '{t(!0)},[]),e?n.createElement("img",{alt:"redocly logo",onError:()=>t(!1),'
        'src:"https://cdn.redoc.ly/redoc/logo-mini.svg"}):null}',
        "{},[]),null}",
    ),
    ("\n//# sourceMappingURL=redoc.standalone.js.map", ""),
    ("redoc.standalone.js.LICENSE.txt", "redoc.LICENSES.txt"),
)


def main(arguments: list[str]) -> int:
    """Exit code of the command."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tools.redoc FOLDER\n")
        return 2
    packages = Path(arguments[0]) / "node_modules"
    bundles = packages / "redoc/bundles"
    text = (bundles / "redoc.standalone.js").read_text(encoding="utf-8")
    for old, new in CHANGES:
        if text.count(old) != 1:
            sys.stderr.write(f"this Redoc has changed; it has not once: {old}\n")
            return 1
        text = text.replace(old, new)
    (STATIC / "redoc.js.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    banners = (bundles / "redoc.standalone.js.LICENSE.txt").read_text(encoding="utf-8")
    parts = [f"Banners that the bundler kept\n\n{banners}", *licences(packages, bundles)]
    (STATIC / "redoc.LICENSES.txt").write_text(f"\n{'=' * 80}\n".join(parts), encoding="utf-8")
    return 0


def licences(packages: Path, bundles: Path) -> Iterator[str]:
    """Name, version and licence of Redoc and of each package in its bundle."""
    sources = json.loads((bundles / "redoc.standalone.js.map").read_text(encoding="utf-8"))["sources"]
    names = {name for source in sources for name in re.findall(r"node_modules/((?:@[^/]+/)?[^/]+)", source)}
    for name in ["redoc", *sorted(names)]:
        folder = packages / name
        about = json.loads((folder / "package.json").read_text(encoding="utf-8")) if folder.exists() else {}
        texts = [
            one.read_text(encoding="utf-8") for one in sorted(folder.glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))
        ]
        head = f"{name} {about.get('version', '')}: {about.get('license', 'see its repository')}"
        yield "\n\n".join([head, *texts])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
