"""The data of the local Asana: people, work, time, and tokens.

Every record that has a gid in Asana has `gid` as its primary key: a string of digits.
"""

from __future__ import annotations

from secrets import compare_digest

from django.db import models

from sandbox import clock
from sandbox.event_models import Event, Webhook
from sandbox.model_fields import gid_field
from sandbox.planning_models import Allocation, Budget, Estimate, Placeholder, ProjectAdmin, Rate

# Django looks for models here; those of planning and of events have modules of their own.
__all__ = [
    "Allocation",
    "Budget",
    "Estimate",
    "Event",
    "Placeholder",
    "ProjectAdmin",
    "Rate",
    "Webhook",
]


class Workspace(models.Model):
    """A workspace or an organization."""

    gid = gid_field()
    name = models.CharField(max_length=250)
    is_organization = models.BooleanField(default=True)
    email_domains = models.JSONField(default=list)
    # Null for the plan of the runtime settings.
    plan = models.CharField(max_length=20, null=True)


class Person(models.Model):
    """An Asana user. `slug` is the first name in lower case, for the token `sandbox-<slug>`."""

    gid = gid_field()
    name = models.CharField(max_length=250)
    email = models.EmailField(unique=True)
    slug = models.CharField(max_length=40, blank=True)


class Membership(models.Model):
    """A person in a workspace, with the only roles that Asana's API shows."""

    gid = gid_field()
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    is_active = models.BooleanField(default=True)
    is_admin = models.BooleanField(default=False)
    is_guest = models.BooleanField(default=False)
    is_view_only = models.BooleanField(default=False)
    # Asana's API does not show who reviews timesheets, but the approval flow depends on it.
    is_time_reviewer = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class Team(models.Model):
    """A team of people in a workspace."""

    gid = gid_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=250)
    people = models.ManyToManyField(Person, related_name="teams")


class Project(models.Model):
    """A project; if `is_private`, only `members` and workspace admins see it and its tasks."""

    gid = gid_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="projects")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="projects")
    name = models.CharField(max_length=250)
    color = models.CharField(max_length=40, null=True)
    archived = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    members = models.ManyToManyField(Person, related_name="projects")
    notes = models.TextField(blank=True)
    icon = models.CharField(max_length=40, null=True)
    start_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    default_view = models.CharField(max_length=20, default="list")
    default_access_level = models.CharField(max_length=20, default="editor")
    minimum_access_level_for_customization = models.CharField(max_length=20, default="editor")
    minimum_access_level_for_sharing = models.CharField(max_length=20, default="editor")
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()


class Task(models.Model):
    """A task, visible to its assignee, its followers and everyone who sees one of its projects.

    A task without project and assignee is visible to its creator only.
    """

    gid = gid_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tasks")
    name = models.TextField()
    notes = models.TextField(blank=True)
    assignee = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="assigned")
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    followers = models.ManyToManyField(Person, related_name="followed")
    # Comments are not stored, but a search can ask who wrote some.
    commenters = models.ManyToManyField(Person, related_name="+")
    likers = models.ManyToManyField(Person, related_name="+")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="subtasks")
    resource_subtype = models.CharField(max_length=20, default="default_task")
    # Of the subtype approval only.
    approval_status = models.CharField(max_length=20, blank=True)
    external = models.JSONField(null=True)
    projects = models.ManyToManyField(Project, through="Placement", related_name="tasks")
    completed = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True)
    start_on = models.DateField(null=True)
    start_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()


class Placement(models.Model):
    """A task's place in a project: `GET /projects/{gid}/tasks` lists in this order."""

    project = models.ForeignKey(Project, models.CASCADE)
    task = models.ForeignKey(Task, models.CASCADE, related_name="placements")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "task"], name="task_once_a_project")
        ]


class Category(models.Model):
    """A time tracking category: a label for entries, managed by admins."""

    gid = gid_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="categories")
    name = models.CharField(max_length=250)
    color = models.CharField(max_length=40)
    is_archived = models.BooleanField(default=False)


class Entry(models.Model):
    """A time tracking entry: `duration_minutes` of one person on one task on one day."""

    gid = gid_field()
    task = models.ForeignKey(Task, models.CASCADE, related_name="entries")
    created_by = models.ForeignKey(Person, models.CASCADE, related_name="entries")
    duration_minutes = models.PositiveIntegerField()
    entered_on = models.DateField(db_index=True)
    description = models.TextField(blank=True)
    billable_status = models.CharField(max_length=20, default="notApplicable")
    attributable_to = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="+")
    category = models.ForeignKey(Category, models.SET_NULL, null=True, related_name="entries")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_by", "entered_on"])]


class Timesheet(models.Model):
    """A timesheet approval status: one person's week in one workspace, Monday to Sunday."""

    gid = gid_field()
    person = models.ForeignKey(Person, models.CASCADE, related_name="timesheets")
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    start_date = models.DateField()
    end_date = models.DateField()
    approval_status = models.CharField(max_length=10, default="DRAFT")
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "workspace", "start_date"], name="one_timesheet_a_week"
            )
        ]


class OutOfOffice(models.Model):
    """An out-of-office entry: whole days, first and last inclusive."""

    gid = gid_field()
    person = models.ForeignKey(Person, models.CASCADE, related_name="ooo")
    # Null for the person themselves.
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    start_date = models.DateField()
    end_date = models.DateField()


class PersonalToken(models.Model):
    """A personal access token."""

    token = models.CharField(max_length=100, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE)
    revoked = models.BooleanField(default=False)


class OAuthClient(models.Model):
    """An app registered for sign-in. `redirect_uris` match exactly, including port and slash.

    Authlib calls the methods.
    """

    client_id = models.CharField(max_length=60, primary_key=True)
    client_secret = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    redirect_uris = models.JSONField(default=list)
    # With `default` it has full permissions, without it only the others that are listed.
    scopes = models.JSONField(default=list)

    def get_default_redirect_uri(self) -> str:
        """Return no address: requests have to name theirs."""
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        """Return the granted scopes: those that were asked for, or full permissions."""
        return scope or "default"

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether the address is registered."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether the secret is right."""
        return compare_digest(self.client_secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, _method: str, _endpoint: str) -> bool:
        """Accept both ways of sending the secret."""
        return True

    def check_response_type(self, response_type: str) -> bool:
        """Accept authorization codes only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Accept codes and refresh tokens."""
        return grant_type in ("authorization_code", "refresh_token")


class OAuthCode(models.Model):
    """An authorization code: valid once, for ten minutes."""

    code = models.CharField(max_length=120, primary_key=True)
    client = models.ForeignKey(OAuthClient, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    redirect_uri = models.TextField()
    scope = models.TextField()
    # Of OpenID Connect: it is in the id token too.
    nonce = models.CharField(max_length=200, blank=True)
    code_challenge = models.CharField(max_length=128, blank=True)
    code_challenge_method = models.CharField(max_length=10, blank=True)
    expires_at = models.DateTimeField()

    def get_redirect_uri(self) -> str:
        """Return the address that the code was sent to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the granted scopes."""
        return self.scope


class OAuthToken(models.Model):
    """An access token. All tokens of a grant, from one person to one app, share `grant`.

    `refresh_token` is empty once the grant has a newer one.
    """

    grant = models.CharField(max_length=40, db_index=True)
    refresh_token = models.CharField(max_length=120, db_index=True)
    access_token = models.CharField(max_length=120, unique=True)
    client = models.ForeignKey(OAuthClient, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    scope = models.TextField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked = models.BooleanField(default=False)

    def get_scope(self) -> str:
        """Return the granted scopes."""
        return self.scope

    def check_client(self, client: OAuthClient) -> bool:
        """Return whether the token was issued to this app."""
        return self.client_id == client.client_id

    @property
    def has_expired(self) -> bool:
        """Return whether the access token has expired."""
        return self.expires_at <= clock.now()
