"""What the demonstration publishes: posts with drawn pictures, partners, territorial issues, letters from outside."""

import datetime
import tomllib
from decimal import Decimal
from io import BytesIO

import typst
from django.core.files.base import ContentFile
from django.db.models import Q
from django.utils import timezone
from PIL import Image
from wagtail.models import Collection

from agenda.models import Event
from agenda.times import instant
from blog.models import BlogPage, PostPage, Rubric
from blog.pictures import CUT
from bulletin.enums import SubscriberState
from bulletin.models import Subscriber
from chaudronneries.demo import files
from mailing.queue import ask
from residents.models import Application, HouseSettings, Partner, Picture, Resident, TerritorialIssue, User

COLLECTION = "Images de la démonstration"
# The drawings are 1600 × 1000; JPEG, as a phone would send.
QUALITY = 88
HOUSE_TEXTS = {"address", "email", "phone", "legal_name", "publication_director", "host"}


def plan() -> dict:
    with (files.HERE / "blog.toml").open("rb") as file:
        return tomllib.load(file)


def load() -> int:
    """Create what is missing; a house that has posts or partners is left alone. Returns how many posts were created."""
    tables = plan()
    known = Q(slug__in=[table["slug"] for table in tables["posts"] + tables["drafts"]])
    if PostPage.objects.filter(known).exists() or Partner.objects.exists():
        return 0
    describe_house(tables["house"])
    create_territory(tables)
    create_letters(tables)
    shelf = Shelf()
    for table in reversed(tables["posts"]):
        publish(table, shelf)
    for table in tables["drafts"]:
        draft(table)
    # As publishing does; until then readers get a JPEG.
    ask(CUT, pictures=[picture.pk for picture in shelf.made.values()])
    return len(tables["posts"]) + len(tables["drafts"])


def describe_house(table: dict) -> None:
    house = HouseSettings.load()
    if house.places or house.legal_name:
        return
    house.places = Decimal(table["places"])
    for name in HOUSE_TEXTS:
        setattr(house, name, table[name].strip())
    house.save()


def create_territory(tables: dict) -> None:
    partners = {}
    for table in tables["partners"]:
        fields = {**table, "together": table["together"].strip()}
        partners[table["slug"]] = Partner.objects.create(**fields)
    for position, table in enumerate(tables["issues"]):
        fields = {name: table[name].strip() for name in ("title", "slug", "state_of_play", "objectives")}
        issue = TerritorialIssue.objects.create(position=position, **fields)
        issue.partners.set(partners[slug] for slug in table["partners"])
        issue.residents.set(Resident.objects.filter(slug__in=table["residents"]))


def create_letters(tables: dict) -> None:
    """Applications and subscriptions, dated as if they had come by themselves."""
    now = timezone.now()
    for table in tables["applications"]:
        fields = {name: value for name, value in table.items() if name not in {"days", "share"}}
        application = Application.objects.create(share=Decimal(table["share"]), **fields)
        came = now - datetime.timedelta(days=table["days"])
        Application.objects.filter(pk=application.pk).update(created_at=came, updated_at=came)
    for table in tables["subscribers"]:
        asked = now - datetime.timedelta(days=table["days"])
        state = SubscriberState.PENDING if table.get("pending") else SubscriberState.CONFIRMED
        confirmed = None if table.get("pending") else asked + datetime.timedelta(minutes=4)
        Subscriber.objects.get_or_create(
            email=table["email"], defaults={"state": state, "asked_at": asked, "confirmed_at": confirmed}
        )


class Shelf:
    """The drawn pictures, each made once."""

    def __init__(self):
        self.made = {}

    def take(self, name: str, credit: str = "") -> Picture:
        if name not in self.made:
            title, shelf = name.capitalize(), collection()
            self.made[name] = Picture.objects.filter(collection=shelf, title=title).first() or draw(name, title, shelf)
        picture = self.made[name]
        if credit and not picture.credit:
            picture.credit = credit
            picture.save(update_fields=["credit"])
        return picture


def draw(name: str, title: str, shelf: Collection) -> Picture:
    file = ContentFile(as_jpeg(files.HERE / "pictures" / f"{name}.svg"), name=f"demo-{name}.jpg")
    return Picture.objects.create(title=title, file=file, collection=shelf)


def as_jpeg(path) -> bytes:
    """The drawing at `path` (SVG, 1600 × 1000) as a photograph would come."""
    page = '#set page(width: 1600pt, height: 1000pt, margin: 0pt)\n#image("{}", width: 1600pt)'
    drawn = typst.compile(page.format(path.name).encode(), root=path.parent, format="png", ppi=72)
    written = BytesIO()
    Image.open(BytesIO(drawn)).convert("RGB").save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def collection() -> Collection:
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=COLLECTION).first() or root.add_child(name=COLLECTION)


def account(key: str) -> User:
    return User.objects.get(email=f"{key}@{files.DOMAIN}")


def publish(table: dict, shelf: Shelf) -> PostPage:
    """A post as if it had been published at its day and hour."""
    day = timezone.localdate() - datetime.timedelta(days=table["days"])
    at = instant(day, datetime.time.fromisoformat(table["hour"]))
    cover = shelf.take(table["cover"], table.get("cover_credit", "")) if "cover" in table else None
    post = PostPage(
        **{name: table[name] for name in ("title", "slug", "summary")},
        signature=table.get("signature", ""),
        cover=cover,
        cover_alt=table.get("cover_alt", ""),
        rubric=Rubric.objects.filter(slug=table["rubric"]).first(),
        body=[block for part in table["body"] if (block := block_of(part, shelf))],
        owner=account(table["authors"][0]) if table.get("authors") else None,
        first_published_at=at,
        last_published_at=at,
    )
    add(post, table)
    # Not by Wagtail's own publication, which writes to its authors today of what is long published.
    post.live_revision = post.save_revision(user=post.owner)
    post.has_unpublished_changes = False
    post.save()
    return post


def add(post: PostPage, table: dict) -> None:
    BlogPage.objects.get().add_child(instance=post)
    post.tags.add(*table["tags"])
    post.authors = [account(key) for key in table.get("authors", [])]
    post.residents = list(Resident.objects.filter(slug__in=table["residents"]))
    post.save()


def draft(table: dict) -> None:
    """A post that a resident writes; `submitted`, it waits for the house."""
    owner = account(table["owner"])
    post = PostPage(
        **{name: table[name] for name in ("title", "slug", "summary")},
        rubric=Rubric.objects.filter(slug=table["rubric"]).first(),
        body=[("text", table["html"].strip())],
        live=False,
        has_unpublished_changes=True,
        owner=owner,
    )
    add(post, {**table, "authors": [table["owner"]]})
    post.save_revision(user=owner)
    if table["submitted"]:
        post.get_workflow().start(post, owner)


def block_of(table: dict, shelf: Shelf) -> tuple | None:
    """A block of a body from its table; None when what it shows is not there."""
    fields = {name: value for name, value in table.items() if name not in {"type", "html", "pictures"}}
    match table["type"]:
        case "text":
            return "text", table["html"].strip()
        case "gallery":
            pictures = [{**one, "image": shelf.take(one["picture"])} for one in table["pictures"]]
            for one in pictures:
                del one["picture"]
            return "gallery", {**fields, "pictures": pictures}
        case "resident":
            resident = Resident.objects.filter(slug=table["resident"]).first()
            return resident and ("resident", {"resident": resident})
        case "event":
            event = Event.objects.filter(slug=table["event"]).first()
            return event and ("event", {"event": event})
        case "map":
            resident = Resident.objects.filter(slug=table["resident"]).first()
            return resident and ("map", {**fields, "resident": resident})
        case kind:
            return kind, fields


def clear() -> None:
    """Take out the posts, the partners, the letters and the pictures of the demonstration, and nothing else."""
    tables = plan()
    slugs = [table["slug"] for table in tables["posts"] + tables["drafts"]]
    for post in PostPage.objects.filter(slug__in=slugs):
        post.delete()
    TerritorialIssue.objects.filter(slug__in=[table["slug"] for table in tables["issues"]]).delete()
    Partner.objects.filter(slug__in=[table["slug"] for table in tables["partners"]]).delete()
    Application.objects.filter(email__in=[table["email"] for table in tables["applications"]]).delete()
    Subscriber.objects.filter(email__in=[table["email"] for table in tables["subscribers"]]).delete()
    Picture.objects.filter(collection=collection()).delete()
    HouseSettings.objects.filter(legal_name=tables["house"]["legal_name"]).delete()
