"""How static files are stored: bundled by page, compressed, named by a hash of the content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from timesheet.core import page_files

BUNDLED = {".css": page_files.style_sheet, ".js": page_files.script}


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Also bundles the style sheets and scripts of `static/pages`.

    Those that they import get no names of their own: only pages are asked for.
    """

    # Pages that a script fetches later are asked for by their stored names. Django's own patterns
    # for modules also rewrite the imports in comments of packages.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "pages/*.js",
            ((r'(?P<matched>import\("(?P<url>\./[\w-]+\.js)"\))', 'import("%(url)s")'),),
        ),
    )

    def post_process(
        self, paths: dict[str, tuple[Any, str]], **options: Any
    ) -> Iterator[tuple[str, str | None, bool]]:
        """Yield the stored name of each file; Django's hook.

        `paths` has for each file the storage of its source, and the name there.
        """
        pages = {name for name in paths if Path(name).parts[0] == "pages"}
        sources = [paths[name][0] for name in pages]
        kept = {
            name: (_Bundles(source), path) if name in pages else (source, path)
            for name, (source, path) in paths.items()
            if name in pages or source not in sources or Path(name).suffix not in BUNDLED
        }
        yield from super().post_process(kept, **options)


class _Bundles:
    """The sources of pages, as files that import nothing."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def open(self, path: str) -> ContentFile[bytes]:
        """Return the bundle of a page as a file."""
        page = Path(self.source.path(path))
        return ContentFile(BUNDLED[page.suffix](page).encode())
