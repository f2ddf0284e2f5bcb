"""What the tests of writing share: the fields that a browser sends, photographs, the queue's share of telling."""

import re
import uuid
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from blog import tasks
from blog.actions import posts
from blog.content import Content
from blog.models import PostPage
from blog.notices import TELL
from mailing.models import Mail

GPS = 34853


def photograph(size: tuple[int, int] = (800, 600), name: str = "IMG_2041.jpg") -> SimpleUploadedFile:
    """A JPEG as a telephone takes it: it says with what, and where."""
    exif = Image.Exif()
    exif[271] = "Fabricant secret"
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 42.0), 3: "E", 4: (2.0, 26.0, 35.0)})
    written = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(written, "JPEG", exif=exif)
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def typed(client, address: str) -> dict:
    """What the form at `address` holds when it is opened, as a browser sends it."""
    editor = client.get(address).context["editor"]
    return fields_of(editor)


def fields_of(editor) -> dict:
    sent = {"cle": str(editor.key), "article-opened": editor.opened, "bloc": [], "do": "enregistrer"}
    forms = [editor.form, editor.cover]
    for block in editor.body.blocks:
        sent["bloc"].append(f"{block.id}:{block.kind}")
        forms += [block, *getattr(block, "items", [])]
        if hasattr(block, "items"):
            sent[f"{block.id}-item"] = [item.id for item in block.items]
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            if name not in {"file", "files"} and value not in (None, ""):
                value = form.fields[name].prepare_value(value)
                sent[form.add_prefix(name)] = list(value) if isinstance(value, tuple) else value
    return sent


def a_block(kind: str, **fields) -> dict:
    """A new block as it is sent, with its key under "bloc"."""
    key = str(uuid.uuid4())
    return {"bloc": [f"{key}:{kind}"], **{f"{key}-{name}": value for name, value in fields.items()}}


def key_of(block: dict) -> str:
    return block["bloc"][0].partition(":")[0]


def with_blocks(sent: dict, *blocks: dict) -> dict:
    sent = {**sent, "bloc": list(sent["bloc"])}
    for block in blocks:
        sent["bloc"] += block["bloc"]
        sent |= {name: value for name, value in block.items() if name != "bloc"}
    return sent


def draft(by, **fields) -> PostPage:
    """A draft of `by`'s that may be sent."""
    said = {"title": "La porte est soudée", "summary": "Trois jours de travaux.", "authors": (by.pk,)}
    body = ({"type": "text", "value": "<p>Nous avons soudé la porte.</p>", "id": str(uuid.uuid4())},)
    post = posts.create(key=uuid.uuid4(), by=by)
    return posts.save(post=post, content=Content(**({**said, "body": body} | fields)), opened=posts.mark(post), by=by)


def content_of(post: PostPage) -> Content:
    return Content.of(PostPage.objects.get(pk=post.pk).get_latest_revision_as_object())


def told() -> list[Mail]:
    """Tell what waits to be told, as the worker will a moment later; the mails that it makes."""
    known = set(Mail.objects.values_list("pk", flat=True))
    asked = list(ProcrastinateJob.objects.filter(task_name=TELL).order_by("id").values_list("args", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [TELL])
    for arguments in asked:
        tasks.tell(**arguments)
    return list(Mail.objects.exclude(pk__in=known).order_by("pk"))


def words(response) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
