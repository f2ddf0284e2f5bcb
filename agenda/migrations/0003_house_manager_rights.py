from django.db import migrations

HOUSE_MANAGERS = "Maîtresse d'établissement"
# A space or a booking is never deleted by hand: a space is retired, a booking cancelled.
RIGHTS = {
    "space": ["add", "change", "view"],
    "openinghours": ["add", "change", "delete", "view"],
    "equipment": ["add", "change", "delete", "view"],
    "closure": ["add", "change", "delete", "view"],
    "eventkind": ["add", "change", "delete", "view"],
    "booking": ["view"],
    "event": ["view"],
    "registration": ["view"],
    "agendasettings": ["change", "view"],
}


def permission(apps, model, codename, name):
    """Found or made: Django makes them once all migrations have run, which is too late here."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="agenda", model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


def give(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=HOUSE_MANAGERS)
    group.permissions.add(
        *[
            permission(apps, model, f"{action}_{model}", f"Can {action} {model}")
            for model, actions in RIGHTS.items()
            for action in actions
        ]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0002_occupations_and_seats"),
        ("residents", "0005_house_manager_rights"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
