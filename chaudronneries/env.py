"""The environment, read through typed helpers that stop the start with a sentence when it is wrong."""

import os
from pathlib import Path

from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent


class Misconfigured(SystemExit):
    """A setting is absent or wrong: the process ends and prints the sentence, without a traceback."""


# ENV_FILE= (empty) keeps a test or a container from reading the checkout's .env.
if env_file := os.environ.get("ENV_FILE", str(BASE_DIR / ".env")):
    load_dotenv(env_file)


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; without a default, an absent or empty value stops the start."""
    value = os.environ.get(name) or default
    if value is None:
        raise Misconfigured(
            f"Le réglage {name} manque. Donnez-le dans l'environnement ou dans .env (voir .env.example)."
        )
    return value


def words(name: str, default: str | None = None) -> list[str]:
    """Comma-separated values, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "oui", "non"}:
        raise Misconfigured(f"Le réglage {name} vaut « {value} » : écrivez 1 ou 0.")
    return value in {"1", "true", "oui"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise Misconfigured(f"Le réglage {name} vaut « {value} » : écrivez un nombre entier.") from None


def one_of(name: str, choices: set[str], default: str) -> str:
    value = text(name, default)
    if value not in choices:
        raise Misconfigured(f"Le réglage {name} vaut « {value} » : choisissez parmi {', '.join(sorted(choices))}.")
    return value
