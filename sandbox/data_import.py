"""Adds one's own data: all of a document, or nothing of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Model

from sandbox import clock
from sandbox.data_schema import (
    AppData,
    CategoryData,
    Data,
    EntryData,
    MembershipData,
    OutOfOfficeData,
    PersonData,
    ProjectData,
    TaskData,
    TeamData,
    TimesheetData,
    WorkspaceData,
)
from sandbox.models import (
    Category,
    Entry,
    Membership,
    OAuthClient,
    OutOfOffice,
    Person,
    PersonalToken,
    Placement,
    Project,
    Task,
    Team,
    Timesheet,
    Workspace,
)
from sandbox.request_body import decode_json
from sandbox.scopes import known_scopes

Row = TypeVar("Row", bound=Model)


class InvalidData(Exception):
    """The data cannot be added; the message says which record is why."""


def read_file(path: Path) -> Data:
    """Read a JSON file, or a YAML file if PyYAML is installed; raises `InvalidData`."""
    try:
        content = path.read_bytes()
        if path.suffix in (".yaml", ".yml"):
            return parse(msgspec.yaml.decode(content))
        return parse(decode_json(content))
    except (OSError, ValueError, ImportError) as error:
        raise InvalidData(f"{path}: {error}") from error


def parse(content: Any) -> Data:
    """Check the form of a document; raises `InvalidData`."""
    try:
        return msgspec.convert(content, Data)
    except msgspec.ValidationError as error:
        raise InvalidData(str(error)) from error


def add(data: Data) -> dict[str, list[str]]:
    """Add all records; returns the gids of each section in order, and raises `InvalidData`."""
    try:
        with transaction.atomic():
            return _Import().add(data)
    except IntegrityError as error:
        raise InvalidData(f"A record is there already: {error}") from error


class _Import:
    """One document: the records that it has added so far, by their keys."""

    def __init__(self) -> None:
        self._keys: dict[tuple[type[Model], str], Model] = {}

    def add(self, data: Data) -> dict[str, list[str]]:
        sections: dict[str, tuple[Callable[[Any], Model], Sequence[Any]]] = {
            "workspaces": (self._workspace, data.workspaces),
            "people": (self._person, data.people),
            "teams": (self._team, data.teams),
            "projects": (self._project, data.projects),
            "tasks": (self._task, data.tasks),
            "categories": (self._category, data.categories),
            "entries": (self._entry, data.entries),
            "timesheets": (self._timesheet, data.timesheets),
            "out_of_office": (self._out_of_office, data.out_of_office),
            "apps": (self._app, data.apps),
        }
        return {
            name: self._section(name, add_record, records)
            for name, (add_record, records) in sections.items()
            if records
        }

    def _section(
        self, name: str, add_record: Callable[[Any], Model], records: Iterable[Any]
    ) -> list[str]:
        gids = []
        for place, record in enumerate(records):
            try:
                row = add_record(record)
            except InvalidData as error:
                raise InvalidData(f"{name}[{place}]: {error}") from error
            if key := getattr(record, "key", None):
                self._keys[type(row), key] = row
            gids.append(str(row.pk))
        return gids

    # Records

    def _workspace(self, record: WorkspaceData) -> Workspace:
        return Workspace.objects.create(
            gid=_gid(record.gid),
            name=record.name,
            is_organization=record.is_organization,
            email_domains=record.email_domains,
            plan=record.plan,
        )

    def _person(self, record: PersonData) -> Person:
        slug = record.slug or _free_slug(record.name)
        if Person.objects.filter(slug=slug).exists():
            raise InvalidData(f"Another person has the slug {slug}")
        person = Person.objects.create(
            gid=_gid(record.gid), name=record.name, email=record.email, slug=slug
        )
        tokens = [f"sandbox-{slug}"] if record.tokens is None else record.tokens
        for token in tokens:
            PersonalToken.objects.create(token=token, person=person)
        for membership in record.memberships:
            self._membership(person, membership)
        return person

    def _membership(self, person: Person, record: MembershipData) -> None:
        roles = {
            name: getattr(record, name)
            for name in record.__struct_fields__
            if name.startswith("is_")
        }
        Membership.objects.create(
            gid=_gid(record.gid),
            person=person,
            workspace=self._row(Workspace, record.workspace),
            created_at=clock.now(),
            **roles,
        )

    def _team(self, record: TeamData) -> Team:
        workspace = self._row(Workspace, record.workspace)
        team = Team.objects.create(gid=_gid(record.gid), name=record.name, workspace=workspace)
        team.people.set(self._people(record.people, workspace))
        return team

    def _project(self, record: ProjectData) -> Project:
        workspace = self._row(Workspace, record.workspace)
        owner = self._member(record.owner, workspace) if record.owner else None
        project = Project.objects.create(
            gid=_gid(record.gid),
            name=record.name,
            workspace=workspace,
            team=self._row(Team, record.team) if record.team else None,
            owner=owner,
            color=record.color,
            archived=record.archived,
            is_private=record.is_private,
            created_at=clock.now(),
            modified_at=clock.now(),
        )
        project.members.set(self._people(record.members, workspace))
        return project

    def _task(self, record: TaskData) -> Task:
        projects = [self._row(Project, reference) for reference in record.projects]
        workspace = self._workspace_of(record, projects)
        assignee = self._member(record.assignee, workspace) if record.assignee else None
        created_by = self._member(record.created_by, workspace) if record.created_by else assignee
        task = Task.objects.create(
            gid=_gid(record.gid),
            name=record.name,
            notes=record.notes,
            workspace=workspace,
            assignee=assignee,
            created_by=created_by or (projects[0].owner if projects else None),
            completed=record.completed,
            completed_at=(record.completed_at or clock.now()) if record.completed else None,
            due_on=record.due_on,
            parent=self._row(Task, record.parent) if record.parent else None,
            created_at=clock.now(),
            modified_at=clock.now(),
        )
        task.followers.set(self._people(record.followers, workspace))
        task.commenters.set(self._people(record.commented_on_by, workspace))
        for project in projects:
            position = Placement.objects.filter(project=project).count() + 1
            Placement.objects.create(project=project, task=task, position=position)
        return task

    def _workspace_of(self, record: TaskData, projects: list[Project]) -> Workspace:
        workspaces = {project.workspace for project in projects}
        if record.workspace:
            workspaces.add(self._row(Workspace, record.workspace))
        if len(workspaces) != 1:
            raise InvalidData("A task needs projects of one workspace, or a workspace")
        return workspaces.pop()

    def _category(self, record: CategoryData) -> Category:
        return Category.objects.create(
            gid=_gid(record.gid),
            name=record.name,
            workspace=self._row(Workspace, record.workspace),
            color=record.color,
            is_archived=record.is_archived,
        )

    def _entry(self, record: EntryData) -> Entry:
        task = self._row(Task, record.task)
        projects = list(task.projects.all())
        project = self._row(Project, record.attributable_to) if record.attributable_to else None
        if project is not None and project not in projects:
            raise InvalidData(f"The task does not belong to the project {record.attributable_to}")
        return Entry.objects.create(
            gid=_gid(record.gid),
            task=task,
            created_by=self._member(record.person, task.workspace),
            duration_minutes=record.duration_minutes,
            entered_on=record.entered_on,
            description=record.description,
            billable_status=record.billable_status,
            attributable_to=project or (projects[0] if len(projects) == 1 else None),
            category=self._row(Category, record.category) if record.category else None,
            created_at=clock.now(),
        )

    def _timesheet(self, record: TimesheetData) -> Timesheet:
        workspace = self._row(Workspace, record.workspace)
        return Timesheet.objects.create(
            gid=_gid(record.gid),
            person=self._member(record.person, workspace),
            workspace=workspace,
            start_date=record.start_date,
            end_date=_sunday_after(record.start_date),
            approval_status=record.approval_status,
            message=record.message,
            created_at=clock.now(),
        )

    def _out_of_office(self, record: OutOfOfficeData) -> OutOfOffice:
        workspace = self._row(Workspace, record.workspace)
        if record.end_date < record.start_date:
            raise InvalidData("The last day comes before the first")
        return OutOfOffice.objects.create(
            gid=_gid(record.gid),
            person=self._member(record.person, workspace),
            workspace=workspace,
            start_date=record.start_date,
            end_date=record.end_date,
        )

    def _app(self, record: AppData) -> OAuthClient:
        unknown = set(record.scopes) - known_scopes()
        if unknown:
            raise InvalidData(f"There is no scope {', '.join(sorted(unknown))}")
        return OAuthClient.objects.create(**msgspec.to_builtins(record))

    # References

    def _row(self, model: type[Row], reference: str) -> Row:
        row = self._keys.get((model, reference))
        if isinstance(row, model):
            return row
        names = ("gid", "slug", "email", "name") if model is Person else ("gid", "name")
        for name in names:
            rows = list(model._default_manager.filter(**{name: reference})[:2])
            if len(rows) == 1:
                return rows[0]
        raise InvalidData(f"There is no {model._meta.verbose_name} {reference}, or more than one")

    def _member(self, reference: str, workspace: Workspace) -> Person:
        person = self._row(Person, reference)
        if not Membership.objects.filter(person=person, workspace=workspace).exists():
            raise InvalidData(f"{person.name} is not in the workspace {workspace.name}")
        return person

    def _people(self, references: Iterable[str], workspace: Workspace) -> list[Person]:
        return [self._member(reference, workspace) for reference in references]


def _gid(gid: str | None) -> str:
    return gid or clock.new_gid()


def _free_slug(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.split()[0] if name.split() else "").lower()
    word = "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
    word = word or "person"
    slugs = chain([word], (f"{word}{number}" for number in count(2)))
    return next(slug for slug in slugs if not Person.objects.filter(slug=slug).exists())


def _sunday_after(monday: date) -> date:
    if monday.weekday() != 0:
        raise InvalidData(f"start_date: Must be a Monday, not: {monday}")
    try:
        return monday + timedelta(days=6)
    except OverflowError:
        raise InvalidData(f"start_date: No Sunday comes after {monday}") from None
