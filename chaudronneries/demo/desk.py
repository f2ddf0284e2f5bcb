"""What is on the house's desk, put there by the actions that people do: who is asked in, terms that say the same thing,
documents, spreadsheets to confirm, a post given back to who writes it."""

import datetime
import json
import re
import tomllib
import uuid

import typst
from django.core.files.base import ContentFile
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.models import Collection, Comment

from blog.actions import posts, remarks
from blog.content import Content
from blog.models import PostPage, Rubric
from blog.standing import standing_of
from chaudronneries.demo import files
from residents.actions import communication, duplicates, invitations, sheets
from residents.actions.declarations import declare, free_term
from residents.duplicates import queue
from residents.enums import MembershipRole, Scheme
from residents.models import Invitation, KnowledgeItem, Merge, NearDuplicate, Picture, Resident, SheetUpload, User

# What `says` is data, never read as markup.
PAGE = """
#let says = json(bytes(sys.inputs.says))
#set document(title: says.title, author: says.author, date: none)
#set page("a5", margin: 18mm)
#set text(lang: "fr", size: 11pt)
#heading(says.title)
#emph(says.author)
#for one in says.text { par(one) }
"""
IN_DAYS = re.compile(r"\{([+-]\d+)\}")


def plan() -> dict:
    with (files.HERE / "desk.toml").open("rb") as file:
        return tomllib.load(file)


def load() -> None:
    """Put there what is missing; what the house has of its own in one of these piles leaves that pile alone."""
    tables, residents = plan(), Resident.objects.in_bulk(field_name="slug")
    for name, is_there, put in PILES:
        if not is_there():
            put([table for table in tables[name] if table.get("structure", "") in {"", *residents}], residents)


def account(key: str) -> User:
    return User.objects.get(email=f"{key}@{files.DOMAIN}")


def who(table: dict, resident: Resident | None) -> User:
    """The account that it names, who speaks for the structure, or the house."""
    if "by" in table or resident is None:
        return account(table.get("by", "gestion"))
    return resident.memberships.order_by("-role", "pk").first().user


def invite(tables: list[dict], residents: dict[str, Resident]) -> None:
    for table in tables:
        resident, names = residents[table["structure"]], {n: table.get(n, "") for n in ("first_name", "last_name")}
        by, role = who(table, resident), table.get("role", MembershipRole.MEMBER)
        if invitation := invitations.invite(resident=resident, email=table["email"], role=role, by=by, **names):
            follow(invitation, table, names, by)


def follow(invitation: Invitation, table: dict, names: dict, by: User) -> None:
    """It was sent some days ago; then came its answer, if any."""
    ago = datetime.timedelta(days=table["days"])
    known = Invitation.objects.filter(pk=invitation.pk)
    known.update(**{name: F(name) - ago for name in ("created_at", "sent_at", "expires_at")})
    match table.get("then"):
        case "accepted":
            invitations.accept(token=invitation.token, **names)
        case "renewed":
            invitations.renew(invitation=invitation, by=by)
        case "withdrawn":
            invitations.withdraw(invitation=invitation, by=by)


def propose(tables: list[dict], residents: dict[str, Resident]) -> None:
    """Terms that structures write, and what the house decides of some."""
    written = {table["label"]: propose_one(table, residents[table["structure"]]) for table in tables}
    queue.look_at(item.pk for item in written.values())
    for table in tables:
        item, like = written[table["label"]], KnowledgeItem.objects.labelled(table["like"], table["kind"])
        pair = NearDuplicate.objects.waiting().filter(Q(item=item, other=like) | Q(item=like, other=item)).first()
        if pair and table.get("then") == "merged":
            duplicates.merge(pair=pair, keep=like, by=account("gestion"))
        elif pair and table.get("then") == "kept apart":
            duplicates.keep_apart(pair=pair, by=account("gestion"))


def propose_one(table: dict, resident: Resident) -> KnowledgeItem:
    by = who(table, resident)
    item = free_term(label=table["label"], kind=table["kind"], by=by)
    declare(resident=resident, item=item, by=by, stance=table.get("stance"), note=table.get("note"))
    return item


def give(tables: list[dict], residents: dict[str, Resident]) -> None:
    """Documents, each by who speaks for its structure."""
    for table in tables:
        resident, title = residents.get(table.get("structure")), table["title"]
        by, file = who(table, resident), ContentFile(drawn(table, resident), name=f"{slugify(title)}.pdf")
        if resident:
            communication.add_document(resident=resident, file=file, title=title, by=by)
        else:
            house = Collection.get_first_root_node()
            communication.store_document(collection=house, file=file, title=title, by=by)


def drawn(table: dict, resident: Resident | None) -> bytes:
    """The document, as PDF."""
    author = resident.name if resident else "Les Chaudronneries"
    says = {"title": table["title"], "text": table["text"], "author": author}
    return typst.compile(PAGE.encode(), sys_inputs={"says": json.dumps(says)})


def send_sheets(tables: list[dict], residents: dict[str, Resident]) -> None:
    for table in tables:
        content = IN_DAYS.sub(in_days, table["text"].strip()).encode()
        sheets.keep(kind=table["kind"], name=table["name"], content=content, by=account("gestion"))


def in_days(match: re.Match) -> str:
    return f"{timezone.localdate() + datetime.timedelta(days=int(match[1])):%d/%m/%Y}"


def give_back(tables: list[dict], residents: dict[str, Resident]) -> None:
    """Posts that were sent to the house, which asks for something more."""
    for table in tables:
        by, house = account(table["by"]), account("gestion")
        post = posts.create(key=uuid.uuid5(uuid.NAMESPACE_URL, table["title"]), by=by)
        posts.save(post=post, content=said(table, by, residents), opened=posts.mark(post), by=by)
        posts.submit(post=post, by=by)
        # As the house does in Wagtail's editor.
        remark = Comment.objects.create(page=post, user=house, text=table["remark"], contentpath="summary")
        remark.log_create(user=house)
        standing_of(post).workflow.current_task_state.reject(user=house, comment=table["word"])
        remarks.answer(post=post, text=table["answer"], by=by, to=remark.pk)


def said(table: dict, by: User, residents: dict[str, Resident]) -> Content:
    rubric = Rubric.objects.filter(slug=table["rubric"]).first()
    return Content(
        title=table["title"],
        summary=table["summary"],
        rubric=rubric and rubric.pk,
        tags=tuple(table["tags"]),
        authors=(by.pk,),
        residents=tuple(residents[slug].pk for slug in table["residents"] if slug in residents),
        body=({"type": "text", "value": table["html"], "id": str(uuid.uuid4())},),
    )


def given_back():
    return PostPage.objects.filter(title__in=[table["title"] for table in plan()["posts"]])


# What is on the desk, whether the house has some, how it comes there.
PILES = [
    ("invitations", Invitation.objects.exists, invite),
    ("terms", lambda: Merge.objects.exists() or NearDuplicate.objects.exists(), propose),
    ("documents", get_document_model().objects.exists, give),
    ("sheets", SheetUpload.objects.exists, send_sheets),
    ("posts", lambda: given_back().exists(), give_back),
]


def clear() -> None:
    """Take all of it back, before the structures and the people of the demonstration go."""
    tables, house = plan(), f"gestion@{files.DOMAIN}"
    for post in given_back().filter(owner__email__endswith=f"@{files.DOMAIN}"):
        post.delete()
    names = [table["name"] for table in tables["sheets"]]
    SheetUpload.objects.filter(uploaded_by__email=house, name__in=names).delete()
    clear_documents(tables["documents"])
    # The terms go with those who wrote them, unless somebody else declares them meanwhile.
    labels = [table["label"] for table in tables["terms"]]
    written = KnowledgeItem.objects.filter(scheme=Scheme.RESIDENT, label__in=labels)
    Merge.objects.filter(by__email=house, item__in=written).delete()
    # Who accepted; the invitations go with their structures.
    User.objects.filter(email__in=[table["email"] for table in tables["invitations"]]).delete()


def clear_documents(tables: list[dict]) -> None:
    """And the structures' own collections, made for them, once nothing else is in there."""
    get_document_model().objects.filter(title__in=[table["title"] for table in tables]).delete()
    for shelf in Collection.objects.filter(name__in=[table["structure"] for table in tables if "structure" in table]):
        known = Picture.objects.filter(collection=shelf), get_document_model().objects.filter(collection=shelf)
        if not any(kept.exists() for kept in known):
            shelf.delete()
