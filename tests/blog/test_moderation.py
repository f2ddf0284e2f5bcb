"""From the person who writes to the house who publishes: states, comments, mails, the clock."""

import dataclasses
import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.template import engines
from django.urls import reverse
from django.utils import timezone
from wagtail import signals
from wagtail.admin.mail import EmailNotificationMixin
from wagtail.models import Comment, PageLogEntry, Workflow

from blog import tasks
from blog.actions import posts
from blog.models import PostPage
from blog.standing import State, standing_of
from mailing.enums import Topic
from mailing.models import Mail
from tests.blog.writing import content_of, draft, told
from tests.factories import MembershipFactory


def fresh(post) -> PostPage:
    return PostPage.objects.get(pk=post.pk)


def task_of(post):
    return fresh(post).current_workflow_state.current_task_state


def submitted(by, **fields) -> PostPage:
    post = draft(by, **fields)
    posts.submit(post=post, by=by)
    return fresh(post)


def state(post) -> State:
    return standing_of(fresh(post)).state


def subjects(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.to, mail.subject) for mail in mails]


def changed(post, by, **fields) -> None:
    content = dataclasses.replace(content_of(post), **fields)
    posts.save(post=post, content=content, opened=posts.mark(fresh(post)), by=by)


def test_submitted_post_waits_for_the_house(member, house_manager):
    post = submitted(member)
    assert (state(post), fresh(post).live) == (State.TO_REVIEW, False)
    mails = told()
    assert subjects(mails) == [(house_manager.email, "À relire : La porte est soudée")]
    assert (mails[0].topic, f"/admin/pages/{post.pk}/edit/" in mails[0].text) == (
        Topic.DECISION,
        "/admin/" in mails[0].text,
    )
    tasks.tell(notice="article-a-relire", pk=post.pk, about=task_of(post).pk, by_id=member.pk)
    assert Mail.objects.count() == 1


def test_post_under_review_is_closed(member, house_manager):
    post = submitted(member)
    with pytest.raises(posts.PostClosed):
        changed(post, member, title="Trop tard")
    with pytest.raises(posts.PostClosed):
        posts.submit(post=post, by=member)


def test_taken_back_it_is_a_draft_again(member, house_manager):
    post = submitted(member)
    posts.take_back(post=post, by=member)
    assert state(post) == State.DRAFT
    assert told() == []
    with pytest.raises(ValidationError):
        posts.take_back(post=post, by=member)


def test_changes_asked_reach_who_writes(client, member, house_manager):
    coauthor = MembershipFactory().user
    post = submitted(member, authors=(member.pk, coauthor.pk))
    told()
    block = content_of(post).body[0]["id"]
    Comment.objects.create(page=post, user=house_manager, text="Quel jour ?", contentpath=f"body.{block}")
    Comment.objects.create(page=post, user=house_manager, text="Plus court.", contentpath="title")
    task_of(post).task.specific.on_action(task_of(post), house_manager, "reject", comment="Il manque la date.")
    assert state(post) == State.TO_REVISE
    mails = told()
    subject = "À reprendre : La porte est soudée"
    assert sorted(subjects(mails)) == sorted([(member.email, subject), (coauthor.email, subject)])
    for words in ("Il manque la date.", "Quel jour ?", "Plus court.", f"/blog/mes-articles/{post.pk}/"):
        assert words in mails[0].text
    client.force_login(member)
    page = client.get(reverse("blog:mine")).content.decode()
    for words in ("Il manque la date.", "Quel jour ?", "Plus court."):
        assert page.count(f"<p>{words}</p>") == 1
    editor = client.get(reverse("blog:write", args=[post.pk])).context["editor"]
    assert [comment.text for comment in editor.comments] == ["Plus court."]
    assert [comment.text for comment in editor.comments_on[block]] == ["Quel jour ?"]


def test_sent_again_it_waits_again(member, house_manager):
    post = submitted(member)
    task_of(post).reject(user=house_manager, comment="Encore.")
    told()
    changed(post, member, title="La porte est bien soudée")
    posts.submit(post=post, by=member)
    assert state(post) == State.TO_REVIEW
    assert subjects(told()) == [(house_manager.email, "À relire : La porte est bien soudée")]
    assert fresh(post).revisions.count() == 2


def test_approved_it_is_on_the_blog(client, member, house_manager):
    post = submitted(member)
    told()
    task_of(post).approve(user=house_manager)
    assert (state(post), fresh(post).live) == (State.PUBLISHED, True)
    mails = told()
    assert subjects(mails) == [(member.email, "Publié : La porte est soudée")]
    assert "/blog/la-porte-est-soudee/" in mails[0].text
    assert client.get("/blog/la-porte-est-soudee/").status_code == 200
    entries = PageLogEntry.objects.filter(page=post).order_by("timestamp", "pk")
    assert [
        (entry.action, entry.user) for entry in entries if entry.action in {"wagtail.create", "wagtail.publish"}
    ] == [
        ("wagtail.create", member),
        ("wagtail.publish", house_manager),
    ]


def test_change_to_a_published_post_leaves_it_until_it_is_read(client, member, house_manager):
    post = submitted(member)
    task_of(post).approve(user=house_manager)
    told()
    changed(post, member, title="Autrement dit")
    assert (state(post), fresh(post).title, content_of(post).title) == (
        State.PUBLISHED,
        "La porte est soudée",
        "Autrement dit",
    )
    posts.submit(post=post, by=member)
    mails = told()
    assert "propose des changements" in mails[0].text
    task_of(post).approve(user=house_manager)
    assert (fresh(post).title, fresh(post).slug) == ("Autrement dit", "la-porte-est-soudee")
    assert subjects(told()) == [(member.email, "Publié : Autrement dit")]


def test_touch_of_the_manager_is_not_told(member, house_manager):
    post = submitted(member)
    task_of(post).approve(user=house_manager)
    told()
    fresh(post).save_revision(user=house_manager).publish(user=house_manager)
    assert told() == []


def test_touch_of_the_manager_is_not_told_once_the_journal_has_forgotten_the_rest(member, house_manager):
    post = submitted(member)
    task_of(post).approve(user=house_manager)
    told()
    PageLogEntry.objects.filter(page=post).delete()
    fresh(post).save_revision(user=house_manager).publish(user=house_manager)
    assert told() == []


def test_scheduled_then_published_by_the_clock(member, house_manager):
    post = submitted(member)
    told()
    soon = timezone.now() + datetime.timedelta(hours=2)
    latest = fresh(post)
    latest.go_live_at = soon
    latest.save_revision(user=house_manager)
    task_of(post).approve(user=house_manager)
    assert (state(post), fresh(post).live) == (State.SCHEDULED, False)
    assert subjects(told()) == [(member.email, "Programmé : La porte est soudée")]
    with pytest.raises(posts.PostClosed):
        changed(post, member, title="Trop tard")
    tasks.publish_scheduled()
    assert state(post) == State.SCHEDULED
    revision = fresh(post).latest_revision
    past = timezone.now() - datetime.timedelta(minutes=1)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()
    tasks.publish_scheduled()
    assert state(post) == State.PUBLISHED
    assert subjects(told()) == [(member.email, "Publié : La porte est soudée")]


def test_unpublished_is_told_and_can_be_sent_again(member, house_manager):
    post = submitted(member)
    task_of(post).approve(user=house_manager)
    told()
    fresh(post).unpublish(user=house_manager)
    assert state(post) == State.WITHDRAWN
    assert subjects(told()) == [(member.email, "Retiré du blog : La porte est soudée")]
    changed(post, member, summary="Mieux dit.")
    posts.submit(post=post, by=member)
    assert state(post) == State.TO_REVIEW


def test_who_left_is_told_nothing(member, house_manager):
    post = submitted(member)
    told()
    stay = member.memberships_list[0].resident.stays.get()
    stay.ends_on = stay.starts_on + datetime.timedelta(days=2)
    stay.save()
    task_of(post).reject(user=house_manager, comment="Encore.")
    assert told() == []
    with pytest.raises(PermissionDenied):
        posts.submit(post=post, by=type(member).objects.with_roles().get(pk=member.pk))


def test_another_neither_sends_nor_takes_back(member, house_manager):
    post = draft(member)
    another = MembershipFactory(lead=True).user
    for act in (posts.submit, posts.take_back):
        with pytest.raises(PermissionDenied):
            act(post=post, by=another)


def test_no_mail_of_wagtail_goes_out():
    """Ours stand under the marks of its notifiers; without the replacement, four are found."""
    for signal in (
        signals.task_submitted,
        signals.workflow_submitted,
        signals.workflow_approved,
        signals.workflow_rejected,
    ):
        receivers = [receiver for _key, receiver, *_rest in signal.receivers]
        assert [one for one in receivers if isinstance(one, EmailNotificationMixin)] == []


def test_manager_does_it_all_in_the_back_office(client, member, house_manager, mailoutbox, monkeypatch):
    """Each move of the house by its own page in Wagtail: changes asked, approved, compared, unpublished."""
    # Wagtail asks whether a first revision has one before it, and counts on Django's drawing nothing.
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    post = submitted(member)
    client.force_login(house_manager)
    task = task_of(post)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[post.pk])).status_code == 200
    action = reverse("wagtailadmin_pages:workflow_action", args=[post.pk, "reject", task.pk])
    assert client.post(action, {"comment": "La date ?"}).status_code == 302
    assert standing_of(fresh(post)).word == "La date ?"
    changed(post, member, title="Le 3 mars")
    posts.submit(post=post, by=member)
    first, last = fresh(post).revisions.order_by("pk").values_list("pk", flat=True)
    compared = reverse("wagtailadmin_pages:revisions_compare", args=[post.pk, first, last])
    assert client.get(compared).status_code == 200
    action = reverse("wagtailadmin_pages:workflow_action", args=[post.pk, "approve", task_of(post).pk])
    assert client.post(action, {"comment": ""}).status_code == 302
    assert state(post) == State.PUBLISHED
    assert client.get(reverse("wagtailadmin_pages:history", args=[post.pk])).status_code == 200
    assert client.post(reverse("wagtailadmin_pages:unpublish", args=[post.pk])).status_code == 302
    assert state(post) == State.WITHDRAWN
    assert mailoutbox == []


def test_manager_alone_reviews(client, member):
    post = submitted(member)
    client.force_login(member)
    action = reverse("wagtailadmin_pages:workflow_action", args=[post.pk, "approve", task_of(post).pk])
    assert client.post(action, {"comment": ""}).status_code in {302, 403}
    assert state(post) == State.TO_REVIEW


def test_post_is_kept_while_the_reading_is_stopped(member):
    """An administrator may switch the blog's workflow off: nothing is lost, nothing breaks."""
    post = draft(member)
    Workflow.objects.update(active=False)
    with pytest.raises(ValidationError) as error:
        posts.submit(post=post, by=member)
    assert state(post) == State.DRAFT
    assert error.value.messages == [
        "La relecture est arrêtée pour le moment : votre article est gardé, parlez-en à la maison."
    ]
