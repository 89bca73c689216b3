"""One style sheet and one script per kind of page, out of the files that `static/pages` imports.

Browsers follow `@import` and `import` by themselves, so nothing is bundled for developers. No
package for Python bundles modules: docs/decisions/page-files.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import lightningcss
import minify

# import "./grid.js";  import { queue, store as kept } from "../week/save-queue.js";
IMPORT = re.compile(
    r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<file>\.\.?/[\w./-]+\.js)";$', re.MULTILINE
)
EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
# import("../pages/quick.js"): a page of its own that is fetched when it is needed.
LATER = re.compile(r'\bimport\("\.\./pages/(?P<page>[\w-]+\.js)"\)')
# What is left of a module for which there is no rule here.
OTHER = re.compile(
    r"^(?:import|export)\b.*|\bimport[.(].*|^(?:(?:const|let)\b.*)?\bawait\b.*", re.MULTILINE
)


class NotBundled(ValueError):
    """A script has an import or export that is not of the kinds that can be bundled."""


def style_sheet(page: Path) -> str:
    """Return the sheet of a page and all that it imports, in order, without what only people read.

    Raises `OSError` if a sheet is missing, and `ValueError` if it is no CSS.
    """
    flags = lightningcss.calc_parser_flags(nesting=True)
    return lightningcss.bundle_css(str(page), parser_flags=flags)


def script(page: Path) -> str:
    """Return the script of a page with the modules that it imports, for `<script type="module">`.

    Each module is a function that runs once, after those that it imports, as in a browser. Raises
    `NotBundled`, and `FileNotFoundError` if a module is missing.
    """
    modules: dict[Path, str] = {}
    _add(page.resolve(), modules, ())
    text = "\n".join(modules.values())
    try:
        return str(minify.string("application/javascript", text)) + "\n"
    except ValueError as error:
        raise NotBundled(f"{page} has an error: {error}") from error


def _add(file: Path, modules: dict[Path, str], importers: tuple[Path, ...]) -> None:
    """Add a module after all that it imports."""
    if file in importers:
        raise NotBundled(f"{file} imports itself, by way of {importers[-1]}")
    if file in modules:
        return
    text = file.read_text()
    imports = []
    for match in IMPORT.finditer(text):
        imported = (file.parent / match["file"]).resolve()
        _add(imported, modules, (*importers, file))
        if match["names"]:
            names = re.sub(r"\s+as\s+", ": ", match["names"])
            imports.append(f"const {{{names}}} = {_name(imported, modules)};")
    text = IMPORT.sub("", text)
    # Only what is never assigned again is exported, so that copies say the same.
    exports = EXPORT.findall(text)
    text = EXPORT.sub("", text)
    if other := OTHER.search(LATER.sub("", text)):
        raise NotBundled(f"{file} has {other[0]!r}")
    # Bundles lie next to each other.
    text = LATER.sub(r'import("./\g<page>")', text)
    body = "\n".join([*imports, text, f"return {{ {', '.join(exports)} }};"])
    modules[file] = f"const {_name(file, modules)} = (() => {{\n{body}\n}})();"


def _name(file: Path, modules: dict[Path, str]) -> str:
    """Return the name of a module's exports: its place among the modules."""
    place = list(modules).index(file) if file in modules else len(modules)
    return f"module{place}"
