from django.db import migrations


class Migration(migrations.Migration):
    """The cache that all workers share (CACHES in the settings), as `createcachetable` would make it."""

    initial = True

    operations = [
        migrations.RunSQL(
            [
                """CREATE TABLE IF NOT EXISTS cache (
                    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
                )""",
                "CREATE INDEX IF NOT EXISTS cache_expires ON cache (expires)",
            ],
            "DROP TABLE cache",
        )
    ]
