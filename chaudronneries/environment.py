"""What `manage.py` prepares before Django reads the settings."""

import os
import secrets

from chaudronneries.env import BASE_DIR

# Commands that read no database, so that none is started for them.
WITHOUT_DATABASE = {
    "collectstatic",
    "fault_pages",
    "makemessages",
    "compilemessages",
    "help",
    "version",
    "--help",
    "--version",
}


def prepare(argv: list[str]) -> None:
    """Write a first .env for a new house, lift the web's time limits, and give commands a database."""
    command = argv[1] if len(argv) > 1 else "help"
    if command in {"run", "restore"}:
        write_first_env()
    # Maintenance may be slow; the limits of the settings are meant for web requests.
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")
    os.environ.setdefault("DATABASE_LOCK_TIMEOUT", "0")
    if command == "suggest" and any(argument.startswith("--declarations") for argument in argv):
        stand_alone()
    if not os.environ.get("DATABASE_URL") and command not in WITHOUT_DATABASE:
        from chaudronneries import embedded

        os.environ["DATABASE_URL"] = embedded.start(BASE_DIR / "var" / "postgres")


def stand_alone() -> None:
    """For a command on somebody's files: no database, no setting to write first."""
    os.environ.setdefault("ENVIRONMENT", "local")
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.setdefault("DATABASE_URL", "postgresql:///never-opened")


def write_first_env() -> None:
    """Give a new checkout its .env: the example, told local, with a fresh secret."""
    path = BASE_DIR / ".env"
    if path.exists() or os.environ.get("SECRET_KEY"):
        return
    example = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
    path.write_text(example.replace("SECRET_KEY=", f"SECRET_KEY={secrets.token_urlsafe(50)}", 1), encoding="utf-8")
    path.chmod(0o600)
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if value and not name.startswith("#"):
            os.environ.setdefault(name, value)
