from __future__ import annotations

from django.db import migrations, models

USUAL = [480, 480, 480, 480, 480, 0, 0]


def as_the_workspace_says(apps, schema_editor):
    """Whoever has the usual targets never set any: preferences were kept with them all the same."""
    preferences = apps.get_model("timesheet", "Preferences")
    for one in preferences.objects.all():
        if one.targets == USUAL:
            preferences.objects.filter(pk=one.pk).update(targets=None)


def as_they_were(apps, schema_editor):
    preferences = apps.get_model("timesheet", "Preferences")
    preferences.objects.filter(targets=None).update(targets=USUAL)


class Migration(migrations.Migration):

    dependencies = [
        ("timesheet", "0007_policy"),
    ]

    operations = [
        migrations.AddField(
            model_name="edit",
            name="rule",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="edit",
            name="rounded",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="house",
            name="subdivision",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AlterField(
            model_name="preferences",
            name="targets",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.RunPython(as_the_workspace_says, as_they_were, elidable=True),
    ]
