"""Giving back what an archive holds: all of it or nothing, and only to an empty house unless told otherwise."""

from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from chaudronneries.keeping import KeepingError, archive, files, postgres, snapshot

# A house without a row in any of these is empty: migrations and the vocabulary write none.
INHABITED_BY = ["residents.User", "residents.Resident"]


def restore(path: Path, *, replace: bool = False, say: Callable[[str], None] = lambda words: None) -> archive.Manifest:
    """Put the archive at `path` in the place of the database and the files; what it held.

    Raises KeepingError, and leaves all as it was, when the archive cannot be trusted or read by this code, when others
    use the database, and when the house is not empty unless told to `replace` it.
    """
    say(_("Lecture de l’archive…"))
    with archive.reading(path) as kept:
        check_readable(kept)
        check_alone()
        tables = connection.introspection.table_names()
        check_place(kept, tables, replace=replace)
        before = snapshot.named_files(with_renditions=True) if replace and tables else set()
        say(_("Fichiers…"))
        with files.put_back(kept):
            say(_("Base de données…"))
            with kept.open(archive.DATABASE) as dumped:
                postgres.reload(dumped, version=kept.manifest.dumped_by, counts=kept.manifest.counts)
        files.forget(before - set(kept.manifest.file_names))
    settle()
    return kept.manifest


def check_readable(kept: archive.Archive) -> None:
    """This code knows the state that the archive was made from, and this server can hold it."""
    known = known_migrations()
    for app, name in kept.manifest.migrations.items():
        if (app, name) not in known and app in apps.app_configs:
            why = _("elle vient d’une version plus récente du logiciel (%(name)s) ; mettez le logiciel à jour")
            raise archive.refused(kept.path, why % {"name": f"{app}.{name}"})
    unknown = kept.manifest.migrations.keys() - apps.app_configs.keys()
    if unknown:
        why = _("elle vient d’un logiciel qui a d’autres parties (%(names)s)")
        raise archive.refused(kept.path, why % {"names": ", ".join(sorted(unknown))})
    server = postgres.server_version()
    if server < kept.manifest.postgresql:
        why = _("elle vient de PostgreSQL %(theirs)s, et ce serveur est un PostgreSQL %(ours)s")
        raise archive.refused(kept.path, why % {"theirs": kept.manifest.postgresql, "ours": server})


def known_migrations() -> set[tuple[str, str]]:
    """Every migration of this code, and those that its own replace."""
    loader = MigrationLoader(None)
    replaced = {old for migration in loader.disk_migrations.values() for old in migration.replaces}
    return set(loader.disk_migrations) | replaced


def check_alone() -> None:
    """Nobody else works in the database: what they do now would be lost, and their pages would show two houses."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        [others] = cursor.fetchone()
    if others:
        raise KeepingError(
            _("La base est utilisée (%(count)s connexions) : arrêtez d’abord le site et les tâches de fond.")
            % {"count": others}
        )


def check_place(kept: archive.Archive, tables: list[str], *, replace: bool) -> None:
    """The database is empty or ours, and nobody lives there unless they are to be replaced."""
    ours = "django_migrations" in tables and "residents_user" in tables
    if tables and not ours:
        raise KeepingError(_("Cette base contient autre chose que la maison : vérifiez DATABASE_URL."))
    if replace:
        return
    if tables and any(apps.get_model(label)._base_manager.exists() for label in INHABITED_BY):
        raise KeepingError(
            _("La maison n’est pas vide : rien n’a été changé. « --replace » remplace ce qui s’y trouve par l’archive.")
        )
    if others := files.in_the_way(kept):
        raise KeepingError(
            _("Le dossier des fichiers n’est pas vide, et %(name)s y est un autre fichier : rien n’a été changé.")
            % {"name": others[0]}
        )


def settle() -> None:
    """What was remembered of the database before is forgotten, and the planner learns the new one."""
    ContentType.objects.clear_cache()
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
