"""The pages that the site cannot do without, planted after each migration where they are missing."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

HERE = Path(__file__).parent
WORKFLOW = "Relecture de la maison"
# What the house manager does with pages, pictures and documents.
PAGE_RIGHTS = ["add", "change", "publish", "lock", "unlock", "bulk_delete"]
COLLECTION_RIGHTS = {
    # By Wagtail’s own model of pictures, which its rights are about whatever the model in use.
    ("wagtailimages", "image"): ["add", "change", "delete", "choose"],
    ("wagtaildocs", "document"): ["add", "change", "delete", "choose"],
    ("wagtailcore", "collection"): ["add", "change", "delete"],
}

# What they do in the back office with what each app keeps; what is missing here is not done by hand.
MODEL_RIGHTS = {
    "residents": {
        "partner": ["add", "change", "delete", "view"],
        "territorialissue": ["add", "change", "delete", "view"],
        "application": ["change", "view"],
        "invitation": ["view"],
        "merge": ["view"],
        "nearduplicate": ["view"],
        "agreement": ["add", "change", "delete", "view"],
        "teamrole": ["add", "change", "delete", "view"],
        "step": ["add", "change", "delete", "view"],
        "housesettings": ["change", "view"],
    },
    "blog": {"rubric": ["add", "change", "delete", "view"]},
    "bulletin": {"subscriber": ["change", "delete", "view"], "sending": ["view"]},
}


def plant_when_migrated(**kwargs) -> None:
    """Django's `post_migrate`: does nothing while our tables are not all there."""
    if {"blog_postpage", "bulletin_subscriber"} <= set(connection.introspection.table_names()):
        plant()


@transaction.atomic
def plant() -> None:
    """The home page, the blog, the bulletin, the standard pages, who may do what; what is there is left alone."""
    from wagtail.models import Site

    home = plant_home()
    plant_under(home)
    plant_rubrics()
    give_rights(home)
    clear_what_wagtail_brings()
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    known = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    port = address.port or (443 if address.scheme == "https" else 80)
    wanted = (address.hostname, port, _("Les Chaudronneries"), home.pk)
    if (known.hostname, known.port, known.site_name, known.root_page_id) != wanted:
        known.hostname, known.port, known.site_name, known.root_page_id = wanted
        known.save()


def plant_home():
    from wagtail.models import Locale, Page

    from blog.models import HomePage

    if home := HomePage.objects.first():
        return home
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    # Wagtail's own page of welcome.
    Page.objects.filter(depth=2, slug="home").delete()
    root.refresh_from_db()
    return root.add_child(instance=HomePage(**words()["home"], slug="accueil", show_in_menus=False))


def plant_under(home) -> None:
    from wagtail.models import Page

    from blog.models import BlogPage, StandardPage
    from bulletin.models import BulletinsPage

    known = {page.slug: page for page in Page.objects.child_of(home)}
    pages = [BlogPage(slug="blog", **words()["blog"]), BulletinsPage(slug="sur-le-feu", **words()["bulletin"])]
    pages += [StandardPage(**standard_page(table)) for table in words()["pages"]]
    for page in pages:
        if page.slug not in known:
            home.refresh_from_db()
            home.add_child(instance=page)
        elif isinstance(page, StandardPage):
            follow_the_words(known[page.slug], page)


def follow_the_words(known, planted) -> None:
    """A standard page in which nobody has written, for it has no version, says what is planted today."""
    from blog.models import StandardPage

    kept = StandardPage.objects.filter(pk=known.pk, latest_revision=None, live=True).first()
    if kept and blocks_of(kept.body) != blocks_of(planted.body):
        kept.body = planted.body
        kept.save()


def blocks_of(body) -> list[tuple]:
    """What a body says, whatever the keys of its blocks."""
    return [(block["type"], block["value"]) for block in body.get_prep_value()]


def standard_page(table: dict) -> dict:
    """A page's fields from its table: `text` is HTML of the editor's kind, `blocks` names what follows it."""
    body = [("text", table["text"].strip())] if table.get("text") else []
    body += [(name, None) for name in table.get("blocks", [])]
    return {"title": table["title"], "slug": table["slug"], "lead": table.get("lead", ""), "body": body}


def plant_rubrics() -> None:
    from blog.models import Rubric

    if not Rubric.objects.exists():
        Rubric.objects.bulk_create(Rubric(position=n, **table) for n, table in enumerate(words()["rubrics"]))


def give_rights(home) -> None:
    """To the house managers: pages, pictures, documents; posts that others propose pass by them."""
    from django.contrib.auth.models import Group
    from wagtail.models import Collection, GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

    from blog.models import BlogPage
    from residents.models.people import HOUSE_MANAGERS

    group, _is_new = Group.objects.get_or_create(name=HOUSE_MANAGERS)
    for right in PAGE_RIGHTS:
        group.page_permissions.get_or_create(page=home, permission=permission("wagtailcore", "page", right))
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for (app, model), names in COLLECTION_RIGHTS.items():
        for right in names:
            group.collection_permissions.get_or_create(collection=root, permission=permission(app, model, right))
    rights = [
        permission(app, model, right)
        for app, models in MODEL_RIGHTS.items()
        for model, names in models.items()
        for right in names
    ]
    group.permissions.add(*rights)
    blog = BlogPage.objects.child_of(home).get()
    if not WorkflowPage.objects.filter(page=blog).exists():
        workflow, _is_new = Workflow.objects.get_or_create(name=WORKFLOW)
        task, is_new = GroupApprovalTask.objects.get_or_create(name=WORKFLOW)
        if is_new:
            task.groups.add(group)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
        WorkflowPage.objects.create(page=blog, workflow=workflow)


def clear_what_wagtail_brings() -> None:
    """Its groups and its workflow, which nobody here uses, and its roots, which have English names."""
    from django.contrib.auth.models import Group
    from wagtail.models import Collection, GroupApprovalTask, Page, Workflow

    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()
    GroupApprovalTask.objects.filter(name="Moderators approval", task_states=None).delete()
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
    Collection.objects.filter(depth=1, name="Root").update(name=_("La maison"))
    Page.objects.filter(depth=1, title="Root").update(title=_("Le site"), draft_title=_("Le site"))


def permission(app: str, model: str, right: str):
    """Found or made: Django makes them once all migrations have run, app by app."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    content_type, _is_new = ContentType.objects.get_or_create(app_label=app, model=model)
    return Permission.objects.get_or_create(
        content_type=content_type, codename=f"{right}_{model}", defaults={"name": f"Can {right} {model}"}
    )[0]


def words() -> dict:
    with (HERE / "planting.toml").open("rb") as file:
        return tomllib.load(file)
