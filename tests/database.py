"""A pytest plugin, loaded before Django: gives the suite its settings and its PostgreSQL.

Without DATABASE_URL, the controlling process starts the embedded server on data of its own (var/postgres-tests) and the
parallel workers, its children, inherit the address.
"""

import os

os.environ.update({"ENVIRONMENT": "local", "DEBUG": "0", "ENV_FILE": ""})
os.environ.setdefault("SECRET_KEY", "tests-only")
# Playwright's synchronous API runs an event loop in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

if not os.environ.get("DATABASE_URL"):
    from chaudronneries import embedded
    from chaudronneries.env import BASE_DIR

    os.environ["DATABASE_URL"] = embedded.start(BASE_DIR / "var" / "postgres-tests", throwaway=True)
