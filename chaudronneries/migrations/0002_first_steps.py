from django.db import migrations

from chaudronneries.planting import words


def plant(apps, schema_editor):
    """Once in the life of a house: the lists are the house manager's from then on, emptied ones included."""
    step = apps.get_model("residents", "Step")
    if not step.objects.exists():
        step.objects.bulk_create(
            step(position=rank, **{**table, "text": table.get("text", "").strip()})
            for rank, table in enumerate(words()["steps"])
        )


class Migration(migrations.Migration):
    """The house's first lists of steps, for who arrives and for who leaves, from planting.toml."""

    dependencies = [
        ("chaudronneries", "0001_shared_cache"),
        ("residents", "0011_where_steps_lead_and_what_was_accepted"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
