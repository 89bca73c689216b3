"""What the addresses of the projects' pages ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from timesheet.core.params import as_uuid
from timesheet.domain.date_range import DateRange, Preset
from timesheet.models import ProjectSelection
from timesheet.projects.loading import ProjectChoice
from timesheet.projects.page import SORTS

RANGES = (
    Preset.LAST_4_WEEKS,
    Preset.THIS_MONTH,
    Preset.LAST_MONTH,
    Preset.THIS_QUARTER,
    Preset.LAST_QUARTER,
    Preset.THIS_YEAR,
)
DEFAULT_RANGE = Preset.THIS_QUARTER
LONGEST_TEXT = 100


@dataclass(frozen=True)
class ProjectsForm:
    """The filters of the projects page; whatever is invalid counts as not given."""

    preset: Preset
    span: DateRange
    text: str
    sort: str
    selection: ProjectSelection | None

    @classmethod
    def read(
        cls, query: Mapping[str, str], today: date, selections: list[ProjectSelection]
    ) -> Self:
        """Read a query string."""
        given = query.get("range", "")
        preset = next((each for each in RANGES if each.value == given), DEFAULT_RANGE)
        slug = as_uuid(query.get("selection", ""))
        selection = next((each for each in selections if each.slug == slug), None)
        sort = query.get("sort", "")
        return cls(
            preset,
            DateRange.of(preset, today),
            query.get("q", "").strip()[:LONGEST_TEXT],
            sort if sort in SORTS else SORTS[0],
            selection,
        )

    @property
    def choice(self) -> ProjectChoice:
        """Which projects are shown."""
        return ProjectChoice(self.text, self.selection)

    def query_pairs(self, **changes: str) -> list[tuple[str, str]]:
        """Return the query that `read` reads as this form, with `changes`."""
        values = {
            "range": "" if self.preset is DEFAULT_RANGE else self.preset.value,
            "q": self.text,
            "sort": "" if self.sort == SORTS[0] else self.sort,
            "selection": str(self.selection.slug) if self.selection else "",
            **changes,
        }
        return [(name, value) for name, value in values.items() if value]
