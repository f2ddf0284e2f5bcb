import tomllib
from pathlib import Path

from django.db import migrations

# What it writes stays beside it: a field that a step gets later is not there yet when a fresh house runs this.
STEPS = Path(__file__).with_name("first_steps.toml")


def plant(apps, schema_editor):
    """Once in the life of a house: the lists are the house manager's from then on, emptied ones included."""
    step = apps.get_model("residents", "Step")
    if not step.objects.exists():
        tables = tomllib.loads(STEPS.read_text(encoding="utf-8"))["steps"]
        step.objects.bulk_create(
            step(position=rank, **{**table, "text": table.get("text", "").strip()}) for rank, table in enumerate(tables)
        )


class Migration(migrations.Migration):
    """The house's first lists of steps, for who arrives and for who leaves."""

    dependencies = [
        ("chaudronneries", "0001_shared_cache"),
        ("residents", "0011_where_steps_lead_and_what_was_accepted"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
