"""The user or the placeholder that a rate or an allocation is for."""

from __future__ import annotations

from typing import Any

from sandbox.access import Viewer, is_gid
from sandbox.errors import not_a_gid, unknown_object
from sandbox.models import Project
from sandbox.planning_models import Placeholder


def subject_of(viewer: Viewer, project: Project, name: str, gid: Any) -> dict[str, Any]:
    """Return the values of the fields `person` and `placeholder` for this gid.

    Raises `ApiError` 400 if nobody in the project's workspace has it.
    """
    if not is_gid(str(gid)):
        raise not_a_gid(name, str(gid))
    person = viewer.people().filter(gid=gid, memberships__workspace=project.workspace_id).first()
    if person is not None:
        return {"person": person, "placeholder": None}
    placeholder = Placeholder.objects.filter(gid=gid, workspace=project.workspace_id).first()
    if placeholder is None:
        raise unknown_object(name, str(gid), 400)
    return {"person": None, "placeholder": placeholder}
