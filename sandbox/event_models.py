"""What happened to tasks and projects, and who wants to be told. `models` has the rest."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """A change of a resource; `heard_by` has the gids of all resources whose events it is among.

    They are between commas, as `,1205,1204,`: its own, those of the lists it is in, its workspace.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.CharField(max_length=32, db_index=True)
    person = models.ForeignKey("sandbox.Person", models.CASCADE, related_name="+")
    action = models.CharField(max_length=20)
    # Each has gid, resource_type, name, and for a task resource_subtype.
    resource = models.JSONField()
    parent = models.JSONField(null=True)
    # With field and action, and new_value if it is a resource.
    change = models.JSONField(null=True)
    heard_by = models.TextField()
    created_at = models.DateTimeField()


class Webhook(models.Model):
    """A subscription: events of `resource` that pass one of `filters` are sent to `target`."""

    gid = models.CharField(max_length=32, primary_key=True)
    person = models.ForeignKey("sandbox.Person", models.CASCADE, related_name="+")
    # Empty for a personal token: Asana takes all of those for one app.
    client_id = models.CharField(max_length=60, blank=True)
    workspace = models.CharField(max_length=32)
    resource = models.JSONField()
    resource_gid = models.CharField(max_length=32, db_index=True)
    target = models.TextField()
    filters = models.JSONField(default=list)
    secret = models.CharField(max_length=64)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    last_failure_content = models.TextField(blank=True)
    delivery_retry_count = models.PositiveIntegerField(default=0)
    next_attempt_after = models.DateTimeField(null=True)
    failure_deletion_timestamp = models.DateTimeField(null=True)
