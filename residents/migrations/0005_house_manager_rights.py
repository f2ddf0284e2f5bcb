from django.db import migrations

HOUSE_MANAGERS = "Maîtresse d'établissement"
# A structure, a term and its domain are never deleted by hand: a stay ends, a term is retired.
RIGHTS = {
    "resident": ["add", "change", "view"],
    "stay": ["add", "change", "delete", "view"],
    "sector": ["add", "change", "delete", "view"],
    "membership": ["add", "change", "delete", "view"],
    "user": ["add", "change", "delete", "view"],
    "knowledgeitem": ["add", "change", "view"],
    "domain": ["view"],
}


def permission(apps, app_label, model, codename, name):
    """Found or made: Django makes them once all migrations have run, which is too late here."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


def give(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=HOUSE_MANAGERS)
    rights = [
        permission(apps, "residents", model, f"{action}_{model}", f"Can {action} {model}")
        for model, actions in RIGHTS.items()
        for action in actions
    ]
    rights.append(permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"))
    group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0004_data_inclusion_scheme"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
