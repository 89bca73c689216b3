"""Pages get one style sheet and one script, which do what the files that they import do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from timesheet.core import page_files

STATIC = Path(__file__).parents[2] / "static"
PAGES = sorted((STATIC / "pages").iterdir())
IMPORTED = re.compile(r"""(?:\bfrom|^import|^@import) ["']([^"']+)["']""", re.MULTILINE)

# What a module would do, or keep, twice.
STATE = re.compile(r"^let |Listener|new (Map|Set)", re.MULTILINE)


@pytest.fixture
def module(tmp_path):
    """Writes a module and returns its file."""

    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return written


def files_of(page: Path) -> set[Path]:
    """The file and all that it imports."""
    found, ahead = set(), [page]
    while ahead:
        file = ahead.pop().resolve()
        if file not in found:
            found.add(file)
            ahead += [file.parent / name for name in IMPORTED.findall(file.read_text())]
    return found


def test_modules_run_once_in_the_order_of_their_imports(module):
    module("first.js", "export const told = [];\ntold.push('first');\n")
    module("second.js", 'import { told as all } from "./first.js";\nall.push("second");\n')
    text = 'import "./second.js";\nimport { told } from "./first.js";\nshow(told);'
    page = module("page.js", text)
    bundle = page_files.script(page)
    assert bundle.index('"first"') < bundle.index('"second"') < bundle.index("show(")
    assert bundle.count('"first"') == 1
    assert "import" not in bundle
    assert "export" not in bundle


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;\n",
        "export let changes = 1;\n",
        "export { a };\n",
        'import all from "./other.js";\n',
        'import * as all from "./other.js";\n',
        'import "library";\n',
        'const other = import("./other.js");\n',
        "const here = import.meta.url;\n",
        "const answer = await fetch('/');\n",
        "await fetch('/');\n",
    ],
)
def test_what_cannot_be_bundled_is_refused_by_name(module, text):
    module("other.js", "")
    with pytest.raises(page_files.NotBundled, match=r"page\.js"):
        page_files.script(module("page.js", text))


def test_a_page_that_is_fetched_later_lies_beside_the_one_that_asks_for_it(module):
    text = 'const later = () => import("../pages/quick.js").then(show);\n'
    assert 'import("./quick.js").then(show)' in page_files.script(module("page.js", text))


def test_what_is_fetched_later_shares_nothing_that_has_a_state_with_its_page():
    later = files_of(STATIC / "pages" / "quick.js") - {STATIC / "pages" / "quick.js"}
    for page in PAGES:
        if page.suffix == ".js" and page.name != "quick.js":
            for file in later & files_of(page):
                assert not re.search(
                    r"^let |Listener|new (Map|Set)", file.read_text(), re.MULTILINE
                )


def test_modules_that_import_each_other_are_refused(module):
    module("one.js", 'import "./two.js";\n')
    two = module("two.js", 'import "./one.js";\n')
    with pytest.raises(page_files.NotBundled, match="imports itself"):
        page_files.script(two)


def test_a_sheet_for_some_screens_stays_with_them(module):
    module("narrow.css", ".row { & .name { color: red; } }\n")
    page = module("page.css", '@import "./narrow.css" screen and (width < 45rem);\np { margin: 0 }')
    bundle = page_files.style_sheet(page)
    assert bundle == "@media screen and (width<45rem){.row{& .name{color:red}}}p{margin:0}"


def test_a_sheet_that_is_missing_or_broken_stops_the_bundle(module):
    with pytest.raises(OSError, match=r"page\.css:0:1"):
        page_files.style_sheet(module("page.css", '@import "./missing.css";'))
    with pytest.raises(ValueError, match="Unexpected"):
        page_files.style_sheet(module("page.css", "p { color: red; } }"))


def test_every_sheet_and_script_is_on_a_page():
    used = set().union(*(files_of(page) for page in PAGES))
    files = {file for suffix in ("css", "js") for file in STATIC.rglob(f"*.{suffix}")}
    assert files - used == set()


def test_production_has_one_compressed_file_for_each(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "timesheet.core.static_storage.StaticStorage"},
    }
    # The second time nothing is copied.
    for _ in range(2):
        call_command("collectstatic", interactive=False, verbosity=0)
        names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
        for page in PAGES:
            stored = names[f"pages/{page.name}"]
            text = (tmp_path / stored).read_text()
            bundled = page_files.style_sheet if page.suffix == ".css" else page_files.script
            # What is fetched later has its stored name.
            later = f'import("./{Path(names["pages/quick.js"]).name}")'
            assert text == bundled(page).replace('import("./quick.js")', later)
            assert not IMPORTED.search(text)
            assert (tmp_path / f"{stored}.br").is_file()
            assert (tmp_path / f"{stored}.gz").is_file()
    # What pages are made of is not asked for, and so has no lasting name.
    assert "week/grid.css" not in names
    assert "icon.svg" in names
