from django.db import migrations

HOUSE_MANAGERS = "Maîtresse d'établissement"


def create(apps, schema_editor):
    """The group of the house managers; the next migrations give it its rights."""
    Group = apps.get_model("auth", "Group")
    Group.objects.get_or_create(name=HOUSE_MANAGERS)


class Migration(migrations.Migration):
    dependencies = [("residents", "0002_residency_and_vocabulary")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
