from django.conf import settings
from django.db import migrations, models

import residents.models.team


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0009_people_in_full"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="teamrole",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=residents.models.team.leave_the_role,
                related_name="team_roles",
                to=settings.AUTH_USER_MODEL,
                verbose_name="compte",
            ),
        ),
    ]
