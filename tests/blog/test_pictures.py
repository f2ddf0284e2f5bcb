"""Pictures: cut in three formats at several widths, once, in the background; found in one query."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import Page

from blog.pictures import CARD, CUT, WHOLE, cut_all, drawing, pictures, pictures_of
from residents.models import PictureRendition
from tests.blog.bodies import gallery_block, picture_block
from tests.factories import BulletinFactory, PictureFactory, PostFactory, StandardPageFactory

pytestmark = pytest.mark.django_db


def drawn(picture, cut=WHOLE, **told):
    return drawing(pictures([picture.pk])[picture.pk], cut, **told)


def widths(srcset: str) -> list[int]:
    return [int(part.split()[1].removesuffix("w")) for part in srcset.split(", ")]


def asked() -> list[list[int]]:
    """The pictures that the queue is asked to cut."""
    return [job.args["pictures"] for job in ProcrastinateJob.objects.filter(task_name=CUT).order_by("id")]


def formats(storage) -> set[str]:
    kinds = set()
    for cut in PictureRendition.objects.all():
        with storage.open(cut.file.name) as file:
            kinds.add(Image.open(file).format)
    return kinds


def test_picture_is_drawn_in_three_formats():
    picture = PictureFactory(size=(2000, 1000))
    cut_all([picture.pk])
    shown = drawn(picture, alt="La porte", sizes="94vw")
    assert [(kind, widths(srcset)) for kind, srcset in shown.sources] == [
        ("image/avif", [480, 800, 1280]),
        ("image/webp", [480, 800, 1280]),
    ]
    assert (shown.width, shown.height, shown.alt, shown.sizes) == (800, 400, "La porte", "94vw")
    assert shown.src.endswith(".jpg")
    assert shown.large.endswith(".webp")
    assert formats(picture.file.storage) == {"AVIF", "WEBP", "JPEG"}


def test_picture_of_a_list_is_cut_around_its_focal_point():
    picture = PictureFactory(size=(2000, 1000))
    cut_all([picture.pk])
    before = drawn(picture, CARD)
    assert (before.width, before.height) == (720, 480)
    assert widths(before.sources[0][1]) == [360, 720]
    picture.focal_point_x, picture.focal_point_y = 100, 500
    picture.focal_point_width = picture.focal_point_height = 50
    picture.save()
    assert drawn(picture, CARD).src != before.src


@pytest.mark.parametrize(("width", "kept"), [(300, [300]), (480, [480]), (640, [480, 640]), (1000, [480, 800, 1000])])
def test_picture_is_never_enlarged(width, kept):
    picture = PictureFactory(size=(width, 200))
    cut_all([picture.pk])
    assert widths(drawn(picture).sources[0][1]) == kept


def test_pictures_of_a_page_are_found_in_one_query(django_assert_num_queries):
    found = [PictureFactory() for _ in range(3)]
    cut_all(one.pk for one in found)
    with django_assert_num_queries(1):
        shown = pictures([one.pk for one in found])
        assert all(drawing(one, cut) for one in shown.values() for cut in (WHOLE, CARD))


def test_no_picture_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert pictures([None, None]) == {}
    assert drawing(None, WHOLE) is None


def test_picture_that_is_not_cut_yet_is_shown_at_once_and_the_rest_asked_once():
    picture = PictureFactory()
    shown = drawn(picture)
    assert (shown.sources, shown.width) == ([], 640)
    assert shown.src == shown.large
    assert drawn(picture).src == shown.src
    assert asked() == [[picture.pk]]


def test_cutting_twice_cuts_nothing_more():
    picture = PictureFactory(size=(2000, 1000))
    cut_all([picture.pk])
    before = PictureRendition.objects.count()
    cut_all([picture.pk, 0])
    assert PictureRendition.objects.count() == before == 2 * (3 + 2) + 2


def test_lost_picture_stops_neither_the_page_nor_the_others():
    lost, kept = PictureFactory(), PictureFactory()
    lost.file.storage.delete(lost.file.name)
    cut_all([lost.pk, kept.pk])
    assert drawn(lost) is None
    assert drawn(kept).sources
    assert asked() == []


def test_transparent_picture_lies_on_white():
    written = BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(written, "PNG")
    picture = PictureFactory(file=ContentFile(written.getvalue(), name="trou.png"))
    shown = drawn(picture)
    with picture.file.storage.open(shown.src.removeprefix("/media/")) as file:
        assert Image.open(file).getpixel((50, 50)) == (255, 255, 255)


def test_publishing_asks_for_the_pictures_of_the_page():
    PictureFactory()
    shown = [PictureFactory(), PictureFactory()]
    body = [picture_block(shown[0]), gallery_block(2)]
    gallery = [figure["image"] for figure in body[1][1]["pictures"]]
    post = PostFactory(cover=shown[1], body=body, live=False)
    post.save_revision().publish()
    assert asked() == [sorted(one.pk for one in shown + gallery)]


def test_publishing_without_picture_asks_for_nothing():
    for page in (PostFactory(live=False), StandardPageFactory(live=False), BulletinFactory(live=False)):
        page.save_revision().publish()
    assert asked() == []


def test_pictures_of_each_kind_of_page_are_known():
    picture = PictureFactory()
    pages = [
        StandardPageFactory(body=[picture_block(picture)]),
        PostFactory(cover=picture),
        BulletinFactory(body=[picture_block(picture)]),
    ]
    assert [pictures_of(page) for page in pages] == [[picture.pk]] * 3
    assert pictures_of(Page.objects.get(pk=pages[0].pk)) == []
