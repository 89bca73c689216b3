"""The data of planning: who administers a project, estimates, budgets, rates and allocations."""

from __future__ import annotations

from django.db import models

from sandbox.model_fields import gid_field


class ProjectAdmin(models.Model):
    """A project admin beside the owner: may open the project's budget, and its costs if allowed.

    https://help.asana.com/s/article/tracking-project-budgets-and-progress-with-timesheets-and-budgets-add-on
    """

    project = models.ForeignKey("sandbox.Project", models.CASCADE, related_name="admins")
    person = models.ForeignKey("sandbox.Person", models.CASCADE, related_name="administered")
    sees_costs = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="one_admin_a_project")
        ]


class Estimate(models.Model):
    """The estimated time of a task: in Asana a custom field that Asana itself made."""

    task = models.OneToOneField(
        "sandbox.Task", models.CASCADE, primary_key=True, related_name="estimate"
    )
    minutes = models.PositiveIntegerField()


class Placeholder(models.Model):
    """A role that nobody fills yet, as `Designer`; rates and allocations can be for it."""

    gid = gid_field()
    workspace = models.ForeignKey("sandbox.Workspace", models.CASCADE, related_name="placeholders")
    name = models.CharField(max_length=250)


class Budget(models.Model):
    """A project's budget; the total is kept for each type, so that changing it loses nothing."""

    gid = gid_field()
    project = models.OneToOneField("sandbox.Project", models.CASCADE, related_name="budget")
    budget_type = models.CharField(max_length=10, default="time")
    estimate_enabled = models.BooleanField(default=False)
    estimate_source = models.CharField(max_length=20, default="none")
    estimate_filter = models.CharField(max_length=20, default="billable")
    actual_filter = models.CharField(max_length=20, default="billable")
    total_enabled = models.BooleanField(default=False)
    total_minutes = models.FloatField(null=True)
    total_cost = models.FloatField(null=True)


class _OfPersonOrPlaceholder(models.Model):
    """A record about a person or a placeholder on a project; exactly one of them is set."""

    gid = gid_field()
    project = models.ForeignKey("sandbox.Project", models.CASCADE, related_name="%(class)ss")
    person = models.ForeignKey("sandbox.Person", models.CASCADE, null=True, related_name="+")
    placeholder = models.ForeignKey(Placeholder, models.CASCADE, null=True, related_name="+")
    created_by = models.ForeignKey("sandbox.Person", models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def subject(self) -> models.Model | None:
        """Return the person or the placeholder."""
        return self.person or self.placeholder


class Rate(_OfPersonOrPlaceholder):
    """What an hour of a person costs on a project, in the currency of the domain."""

    rate = models.FloatField()


class Allocation(_OfPersonOrPlaceholder):
    """Planned work from one day to another; without an effort it says who, not how much.

    Hours are those of a working day: Asana's specification does not say it, so it is our choice.
    """

    start_date = models.DateField()
    end_date = models.DateField()
    effort_type = models.CharField(max_length=10, blank=True)
    effort_value = models.FloatField(null=True)
