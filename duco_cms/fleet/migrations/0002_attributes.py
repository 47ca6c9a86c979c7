from django.db import migrations, models

import duco_cms.fleet.models

HELP = (
    'Numbers that rules read of a machine, by name: {"max_speed": 11.1} is machine.max_speed, in the unit of what the'
    " rules compare it with."
)


class Migration(migrations.Migration):
    dependencies = [("fleet", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="machinemodel",
            name="attributes",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text=HELP,
                validators=[duco_cms.fleet.models.validate_attributes],
            ),
        ),
        migrations.AddField(
            model_name="machine",
            name="attributes",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text=f"{HELP} They stand in the place of the model's of the same names.",
                validators=[duco_cms.fleet.models.validate_attributes],
            ),
        ),
    ]
