"""The blog under 100 posts, as the public reads it: its lists and a post with every block (15 ms, that is twice bare).

All is written in a transaction that is taken back, the pictures' files in a folder that is thrown away. CPU is the
process's own, median of 30 requests, beside a bare three-query page of the same run (bench.pages).
"""

import datetime
import re
import tempfile
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from PIL import Image

from agenda.models import Event
from bench.pages import measure
from blog.models import BlogPage, PostPage, Rubric
from blog.pictures import cut_all, pictures_of
from residents.models import Picture, Resident, User

POSTS = 100
# Three minutes to read.
PARAGRAPH = "<p>" + "Nous avons ouvert la cloison, récupéré les briques et gardé le linteau. " * 8 + "</p>"
TEXT = f'<h2>Ce que nous avons trouvé</h2>{PARAGRAPH * 3}<p><a linktype="page" id="{{page}}">Tout le blog</a></p>'
PAGES = [
    "/blog/",
    "/blog/?page=4",
    "/blog/rubrique/{rubric}/",
    "/blog/mot/banc/",
    "/blog/structure/{resident}/",
    "/blog/archives/",
    "/blog/banc-1/",
    "/blog/banc-0/",
    "/mentions-legales/",
    "/blog/",
]


def picture(number: int) -> Picture:
    written = BytesIO()
    Image.linear_gradient("L").resize((1600, 1000)).convert("RGB").save(written, "JPEG")
    return Picture.objects.create(title="Banc", file=ContentFile(written.getvalue(), name=f"banc-{number}.jpg"))


def fill() -> dict:
    """100 posts, each with a cover; the first has every block, the others text and a picture."""
    blog, rubric = BlogPage.objects.get(), Rubric.objects.first()
    author = User.objects.get(email="resident@chaudronneries.example")
    residents = list(Resident.objects.mapped()[:6])
    pictures = [picture(number) for number in range(12)]
    text = ("text", TEXT.format(page=blog.pk))
    shown = [{"image": one, "alt": "Le chantier", "caption": "Jour 2", "credit": ""} for one in pictures]
    event = Event.objects.public().first()
    for number in range(POSTS):
        body = [text, ("picture", shown[number % 12])]
        if not number:
            body += [
                ("gallery", {"title": "Photos travaux", "pictures": shown[:8]}),
                ("quote", {"text": "On a appris.", "by": "une résidente"}),
                ("resident", {"resident": residents[0]}),
                ("event", {"event": event}),
                ("map", {"resident": residents[0], "item": None, "caption": ""}),
                ("call", {"label": "Venir", "url": "", "page": blog}),
            ]
        published = timezone.now() - datetime.timedelta(days=5 * number)
        post = PostPage(
            title=f"Article {number} : trois jours de chantier à plusieurs mains",
            slug=f"banc-{number}",
            summary="Une cloison tombe entre deux ateliers, et ce que l’on y trouve change le plan de la maison.",
            cover=pictures[number % 12],
            cover_alt="La grande salle",
            rubric=rubric,
            body=body,
            first_published_at=published,
            last_published_at=published,
        )
        blog.add_child(instance=post)
        post.authors, post.residents = [author], residents[:3]
        post.tags.add("banc", "chantier")
        post.save()
    cut_all(pictures_of(PostPage.objects.get(slug="banc-0")))
    return {"rubric": rubric.slug, "resident": residents[0].slug}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), transaction.atomic():
        slugs = fill()
        table(slugs)
        transaction.set_rollback(True)


@override_settings(ROOT_URLCONF="bench.pages")
def table(slugs: dict) -> None:
    people = {"public": Client(), "resident": Client()}
    people["resident"].force_login(User.objects.get(email="resident@chaudronneries.example"))
    _, yardstick, queries, size = measure(people["public"], "/bare/")
    print(
        f"{'page':42} {'who':9} {'HTTP':>4} {'CPU ms':>7} {'x bare':>6} {'queries':>7} {'elements':>8} {'gzip kB':>7}"
    )
    bare = "bare page, three queries"
    print(f"{bare:42} {'public':9} {200:4} {yardstick:7.1f} {1:6.1f} {queries:7} {'':8} {size / 1000:7.1f}")
    for who, client in people.items():
        for address in PAGES[:-1] if who == "public" else PAGES[-1:] + PAGES[7:8]:
            address = address.format(**slugs)
            status, cpu, queries, size = measure(client, address)
            elements = len(re.findall(r"<[a-z]", client.get(address).text))
            print(
                f"{address[:42]:42} {who:9} {status:4} {cpu:7.1f} {cpu / yardstick:6.1f} {queries:7} {elements:8}"
                f" {size / 1000:7.1f}"
            )
