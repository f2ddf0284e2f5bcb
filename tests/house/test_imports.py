"""The arrows between apps go one way (docs/architecture.md)."""

import ast

import pytest

from chaudronneries.env import BASE_DIR

ARROWS = {
    "mailing": set(),
    "residents": {"mailing"},
    "knowledge_map": {"mailing", "residents"},
    "agenda": {"mailing", "residents"},
    "blog": {"mailing", "residents", "knowledge_map", "agenda"},
    "bulletin": {"mailing", "residents", "knowledge_map", "agenda", "blog"},
    # The project's own package draws the home page and loads the demonstration: it may read every app.
    "chaudronneries": {"mailing", "residents", "knowledge_map", "agenda", "blog", "bulletin"},
}
# What each app may take from the project's package: nothing but the environment's root.
SHARED = {"chaudronneries.env"}


def imported(path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    return names


@pytest.mark.parametrize("app", ARROWS)
def test_app_imports_only_what_its_arrows_allow(app):
    strangers = {
        f"{path.relative_to(BASE_DIR)} imports {name}"
        for path in (BASE_DIR / app).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in ARROWS.keys() - ARROWS[app] - {app} and name not in SHARED
    }
    assert strangers == set()


# What the fields of a schema refer to.
OF_FIELDS = {"models", "blocks"}


@pytest.mark.parametrize("app", ARROWS)
def test_migration_runs_nothing_that_changes_after_it(app):
    """It writes for the tables as they were: what it writes goes with it."""
    changing = {
        f"{path.name} imports {name}"
        for path in (BASE_DIR / app / "migrations").glob("*.py")
        for name in imported(path)
        if name.split(".")[0] in ARROWS and name.split(".")[1] not in OF_FIELDS
    }
    assert changing == set()


@pytest.mark.parametrize(
    "name",
    [
        "knowledge_map/graph",
        "knowledge_map/layout",
        "knowledge_map/drawing",
        "knowledge_map/exports",
        "knowledge_map/suggestions",
        "agenda/recurrence",
        "agenda/times",
    ],
)
def test_algorithm_knows_neither_django_nor_http(name):
    place = BASE_DIR / name
    files = list(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    assert files
    strangers = {
        f"{path.name} imports {module}"
        for path in files
        for module in imported(path)
        if module.split(".")[0] in {"django", "httpx", "requests", "residents", "wagtail"}
    }
    assert strangers == set()
