"""The back office of pages: those that the site leads to stay, posts are listed by where they stand."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from blog.models import BlogPage, HomePage, PostPage, StandardPage
from blog.standing import State, standing_of
from tests.factories import PostFactory, RubricFactory, StandardPageFactory, UserFactory


@pytest.fixture
def boss(client, administrator):
    client.force_login(administrator)
    return client


def essential_pages():
    return [HomePage.objects.get(), BlogPage.objects.get(), StandardPage.objects.get(slug="le-lieu")]


@pytest.mark.parametrize("action", ["delete", "unpublish", "move"])
def test_essential_page_is_neither_deleted_nor_unpublished_nor_moved_by_anybody(boss, action):
    for page in essential_pages():
        boss.post(reverse(f"wagtailadmin_pages:{action}", args=[page.pk]))
        # Of the pages that cannot be moved together, Wagtail draws what the guard of undefined variables takes amiss.
        if action != "move":
            bulk = f"/gestion/bulk/wagtailcore/page/{action}/?id={page.pk}"
            assert boss.get(bulk).context["items"] == []
            boss.post(bulk)
    assert [page.live for page in essential_pages()] == [True, True, True]


def test_essential_page_is_not_moved_by_the_last_step_alone(boss):
    page, blog = StandardPage.objects.get(slug="le-lieu"), BlogPage.objects.get()
    boss.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, blog.pk]))
    assert StandardPage.objects.get(slug="le-lieu").get_parent().pk == HomePage.objects.get().pk


def test_other_page_is_deleted(manager):
    page = StandardPageFactory(title="Un essai")
    manager.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not Page.objects.filter(pk=page.pk).exists()


def test_what_is_refused_is_offered_nowhere(boss):
    page = StandardPage.objects.get(slug="le-lieu")
    shown = boss.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    for refused in ("delete", "unpublish", "move"):
        assert reverse(f"wagtailadmin_pages:{refused}", args=[page.pk]) not in shown
    assert boss.get(reverse("wagtailadmin_pages:set_privacy", args=[page.pk])).status_code == 302


def edited(client, page, **changed):
    data = {"title": page.title, "slug": page.slug, "lead": "", "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
    data |= {"body-count": 0, "seo_title": "", "search_description": "", "action-publish": "on"} | changed
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


@pytest.mark.parametrize(
    ("changed", "field"), [({"slug": "ailleurs"}, "slug"), ({"expire_at": "2099-01-01T10:00"}, "expire_at")]
)
def test_essential_page_keeps_its_address_and_its_publication(boss, changed, field):
    answer = edited(boss, StandardPage.objects.get(slug="le-lieu"), **changed)
    assert list(answer.context["form"].errors) == [field]
    assert StandardPage.objects.get(slug="le-lieu").expire_at is None


def test_other_page_takes_another_address(manager):
    page = StandardPageFactory(title="Un essai")
    edited(manager, page, slug="ailleurs")
    page.refresh_from_db()
    assert page.slug == "ailleurs"


@pytest.mark.parametrize("slug", ["archives", "2027"])
def test_address_that_the_blog_uses_is_refused_beside_its_field(manager, slug):
    blog = BlogPage.objects.get()
    data = {"title": "Archives", "slug": slug, "summary": "Un résumé.", "body-count": 0}
    data |= {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
    answer = manager.post(reverse("wagtailadmin_pages:add", args=["blog", "postpage", blog.pk]), data)
    assert answer.context["form"].errors["slug"] == ["Le blog se sert de cette adresse : choisissez-en une autre."]


# The tree


def test_tree_opens_on_the_site(manager):
    answer = manager.get(reverse("wagtailadmin_explore_root"), follow=True)
    assert answer.context["parent_page"].specific == HomePage.objects.get()


def test_member_reaches_no_page_of_it(client, member):
    client.force_login(member)
    for address in ("/gestion/pages/", "/gestion/articles/", "/gestion/rubriques/", "/gestion/images/"):
        assert client.get(address).status_code == 403


# Posts


def to_review(title: str) -> PostPage:
    post = PostFactory(title=title, live=False)
    post.save_revision()
    post.get_workflow().start(post, UserFactory())
    return post


def listed(client, **query) -> list[str]:
    return [post.title for post in client.get(reverse("articles:index"), query).context["object_list"]]


def test_posts_are_listed_by_where_they_stand(manager):
    PostFactory(title="Publié")
    PostFactory(title="Brouillon", live=False)
    to_review("À relire")
    assert listed(manager, etat=State.TO_REVIEW) == ["À relire"]
    assert listed(manager, etat=State.PUBLISHED) == ["Publié"]
    assert listed(manager, etat=State.DRAFT) == ["Brouillon"]
    assert sorted(listed(manager)) == ["Brouillon", "Publié", "À relire"]


def test_posts_are_said_to_stand_where_they_do(manager):
    PostFactory(title="Publié")
    PostFactory(title="Brouillon", live=False)
    PostFactory(title="Retiré", live=False, first_published_at=timezone.now())
    to_review("À relire")
    to_revise = to_review("À reprendre")
    to_revise.current_workflow_task_state.reject(user=UserFactory(house_manager=True))
    posts = manager.get(reverse("articles:index"), {"ordering": "standing"}).context["object_list"]
    assert [post.standing for post in posts] == ["a-relire", "a-reprendre", "brouillon", "publie", "retire"]
    said = {post.title: post.standing for post in posts}
    assert said == {post.title: standing_of(post).state for post in PostPage.objects.all()}
    assert said == {
        "Publié": State.PUBLISHED,
        "Brouillon": State.DRAFT,
        "Retiré": State.WITHDRAWN,
        "À relire": State.TO_REVIEW,
        "À reprendre": State.TO_REVISE,
    }


def test_posts_are_listed_by_rubric_whatever_is_asked(manager):
    rubric = RubricFactory(name="Action")
    PostFactory(title="Ici", rubric=rubric)
    PostFactory(title="Là")
    assert listed(manager, rubric=rubric.pk) == ["Ici"]
    assert sorted(listed(manager, etat="n'importe quoi", rubric="999999999999999999999")) == ["Ici", "Là"]


@pytest.mark.parametrize("address", ["/gestion/articles/", "/gestion/rubriques/"])
def test_list_keeps_its_queries(manager, django_assert_max_num_queries, address):
    PostFactory(rubric=RubricFactory())
    manager.get(address)
    with django_assert_max_num_queries(40) as one:
        manager.get(address)
    PostFactory(rubric=RubricFactory(name="Autre", slug="autre"))
    PostFactory()
    with django_assert_max_num_queries(len(one)):
        manager.get(address)
