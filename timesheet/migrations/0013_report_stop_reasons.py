"""A reason for which a scheduled report stops was added, and others were put differently."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timesheet", "0012_settling_by_both_clocks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportschedule",
            name="stopped",
            field=models.CharField(
                blank=True,
                choices=[
                    ("access", "You no longer have access to these hours."),
                    ("connection", "You weren’t connected to Asana when it was due."),
                    (
                        "unreadable",
                        "This saved view can’t be read any more. Save the report again under this"
                        " name.",
                    ),
                ],
                max_length=12,
            ),
        ),
    ]
