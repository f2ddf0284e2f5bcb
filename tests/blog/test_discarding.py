"""A draft is deleted by who proposed it, as long as it was never published."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import PageLogEntry, TaskState, WorkflowState

from blog.actions import posts
from blog.content import Content
from blog.models import BlogPage, PostPage
from blog.standing import standing_of
from tests.factories import MembershipFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(member):
    post = posts.create(key=uuid.uuid4(), by=member)
    content = Content(title="La porte", summary="Soudée.")
    return posts.save(post=post, content=content, opened=posts.mark(post), by=member)


def discard_of(post) -> str:
    return reverse("blog:discard", args=[post.pk])


def test_draft_is_deleted_after_a_second_look(client, member, draft):
    client.force_login(member)
    assert discard_of(draft) in client.get(reverse("blog:mine")).content.decode()
    asked = client.get(discard_of(draft))
    assert (asked.status_code, PostPage.objects.count()) == (200, 1)
    assert "La porte" in asked.content.decode()
    assert client.post(discard_of(draft)).url == reverse("blog:mine")
    assert PostPage.objects.count() == 0
    gone = PageLogEntry.objects.get(action="wagtail.delete")
    assert (gone.user, gone.label) == (member, "La porte")
    assert BlogPage.find_problems() == ([], [], [], [], [])
    assert client.post(discard_of(draft)).status_code == 404


def test_draft_given_back_by_the_house_is_deleted_with_what_was_said(member, house_manager, draft):
    posts.submit(post=draft, by=member)
    flow = standing_of(draft).workflow
    flow.current_task_state.task.specific.on_action(flow.current_task_state, house_manager, "reject", comment="Non.")
    posts.discard(post=draft, by=member)
    assert (WorkflowState.objects.count(), TaskState.objects.count()) == (0, 0)


def test_draft_that_the_house_reads_is_kept(client, member, draft):
    posts.submit(post=draft, by=member)
    client.force_login(member)
    assert client.get(discard_of(draft)).url == reverse("blog:write", args=[draft.pk])
    client.post(discard_of(draft))
    assert PostPage.objects.count() == 1


@pytest.mark.parametrize("live", [True, False])
def test_post_that_was_published_is_kept(member, live):
    post = PostFactory(owner=member)
    if not live:
        post.unpublish()
    with pytest.raises(posts.PostClosed):
        posts.discard(post=post, by=member)


def test_who_signs_does_not_delete_what_another_proposed(client, draft):
    colleague = MembershipFactory().user
    draft.authors = [colleague]
    draft.save()
    client.force_login(colleague)
    assert discard_of(draft) not in client.get(reverse("blog:mine")).content.decode()
    assert (client.get(discard_of(draft)).status_code, client.post(discard_of(draft)).status_code) == (403, 403)
    with pytest.raises(PermissionDenied):
        posts.discard(post=draft, by=colleague)


def test_house_manager_deletes_in_the_back_office(client, house_manager, draft):
    client.force_login(house_manager)
    assert client.post(discard_of(draft)).status_code == 403
