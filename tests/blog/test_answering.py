"""Who writes a post answers in words what the house asks, and the house answers back."""

import dataclasses

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.template import engines
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, CommentReply, PageLogEntry

from blog.actions import posts, remarks
from blog.models import PostPage
from blog.standing import standing_of
from mailing.enums import Topic
from mailing.models import Mail
from tests.blog.writing import content_of, draft, told
from tests.factories import MembershipFactory


def fresh(post) -> PostPage:
    return PostPage.objects.get(pk=post.pk)


def task_of(post):
    return fresh(post).current_workflow_state.current_task_state


def given_back(by, manager, **fields) -> tuple[PostPage, Comment]:
    """A post that `manager` gave back with a word, and a remark on its first block."""
    post = draft(by, **fields)
    posts.submit(post=post, by=by)
    where = f"body.{content_of(post).body[0]['id']}"
    remark = Comment.objects.create(page=post, user=manager, text="Quel jour ?", contentpath=where)
    task_of(post).reject(user=manager, comment="Il manque la date.")
    told()
    return fresh(post), remark


def said_to(mails: list[Mail]) -> list[tuple[str, str, str]]:
    return sorted((mail.to, mail.subject, mail.topic) for mail in mails)


def test_answer_to_a_remark_reaches_the_house(client, member, house_manager):
    post, remark = given_back(member, house_manager)
    client.force_login(member)
    address = reverse("blog:answer", args=[post.pk, remark.pk])
    assert client.get(reverse("blog:mine")).content.decode().count(f'href="{address}"') == 1
    assert client.get(reverse("blog:write", args=[post.pk])).content.decode().count(f'href="{address}"') == 1
    answer = client.post(address, {"text": "Le 3 mars,\r\navant la fête."})
    assert (answer.status_code, answer.url) == (302, reverse("blog:write", args=[post.pk]))

    (reply,) = CommentReply.objects.all()
    assert (reply.comment, reply.user, reply.text) == (remark, member, "Le 3 mars,\navant la fête.")
    (mail,) = told()
    assert (mail.to, mail.subject, mail.topic) == (
        house_manager.email,
        "Réponse : La porte est soudée",
        Topic.DECISION,
    )
    for words in (str(member), "Quel jour ?", "avant la fête.", f"/gestion/pages/{post.pk}/edit/"):
        assert words in mail.text
    # It is read where it was asked, by who writes, and journalled.
    assert client.get(reverse("blog:mine")).content.decode().count("avant la fête.") == 1
    entry = PageLogEntry.objects.get(page=post, action="wagtail.comments.create_reply")
    assert entry.user == member


def test_answer_to_the_word_begins_a_remark(client, member, house_manager):
    post, _remark = given_back(member, house_manager)
    client.force_login(member)
    address = reverse("blog:answer_word", args=[post.pk])
    assert "Il manque la date." in client.get(address).content.decode()
    assert client.post(address, {"text": "Elle est au dernier paragraphe."}).status_code == 302
    said = Comment.objects.get(user=member)
    assert (said.page_id, said.contentpath, said.resolved_at) == (post.pk, "title", None)
    assert said_to(told()) == [(house_manager.email, "Réponse : La porte est soudée", Topic.DECISION)]
    # Nobody is asked to answer themselves.
    again = reverse("blog:answer", args=[post.pk, said.pk])
    assert again not in client.get(reverse("blog:mine")).content.decode()
    CommentReply.objects.create(comment=said, user=house_manager, text="Merci.")
    assert again in client.get(reverse("blog:mine")).content.decode()
    # Given back once more, it is not counted among the remarks of the house.
    posts.submit(post=post, by=member)
    told()
    task_of(post).reject(user=house_manager, comment="Je ne la vois pas.")
    (mail,) = told()
    assert "Elle est au dernier paragraphe." not in mail.text
    assert "Une remarque sur le texte" in mail.text


def test_said_twice_is_said_once(member, house_manager):
    post, remark = given_back(member, house_manager)
    for _time in range(2):
        remarks.answer(post=post, text="Le 3 mars.", by=member, to=remark.pk)
        remarks.answer(post=post, text="Merci.", by=member)
    assert (CommentReply.objects.count(), Comment.objects.count(), len(told())) == (1, 2, 2)


def test_coauthor_answers_and_nobody_else(member, house_manager):
    coauthor, another = MembershipFactory().user, MembershipFactory(lead=True).user
    post, remark = given_back(member, house_manager, authors=(member.pk, coauthor.pk))
    remarks.answer(post=post, text="Le 3 mars.", by=coauthor, to=remark.pk)
    assert said_to(told()) == [(house_manager.email, "Réponse : La porte est soudée", Topic.DECISION)]
    for to in (remark.pk, None):
        with pytest.raises(PermissionDenied):
            remarks.answer(post=post, text="Moi aussi.", by=another, to=to)


def test_settled_remark_waits_for_no_answer(client, member, house_manager):
    post, remark = given_back(member, house_manager)
    Comment.objects.filter(pk=remark.pk).update(resolved_at=timezone.now())
    client.force_login(member)
    address = reverse("blog:answer", args=[post.pk, remark.pk])
    assert client.get(address).url == reverse("blog:mine")
    answer = client.post(address, {"text": "Le 3 mars."})
    assert (answer.status_code, "Le 3 mars." in answer.content.decode()) == (422, True)
    assert (CommentReply.objects.count(), told()) == (0, [])


def test_remark_on_another_post_is_not_reached(client, member, house_manager):
    post, _remark = given_back(member, house_manager)
    _theirs, remark = given_back(MembershipFactory().user, house_manager)
    with pytest.raises(ValidationError):
        remarks.answer(post=post, text="Le 3 mars.", by=member, to=remark.pk)
    client.force_login(member)
    assert client.get(reverse("blog:answer", args=[post.pk, remark.pk])).status_code == 302


@pytest.mark.parametrize("text", ["", " \r\n ", "x" * 2001, "un\0deux"])
def test_wrong_answer_is_shown_again(client, member, house_manager, text):
    post, remark = given_back(member, house_manager)
    client.force_login(member)
    answer = client.post(reverse("blog:answer", args=[post.pk, remark.pk]), {"text": text})
    assert (answer.status_code, CommentReply.objects.count()) == (422, 0)


def test_no_answer_to_the_word_once_the_house_has_decided(member, house_manager):
    post, _remark = given_back(member, house_manager)
    posts.submit(post=post, by=member)
    task_of(post).approve(user=house_manager)
    with pytest.raises(ValidationError):
        remarks.answer(post=post, text="Trop tard.", by=member)


def test_what_is_talked_over_goes_on_while_the_house_reads(client, member, house_manager):
    post, remark = given_back(member, house_manager)
    remarks.answer(post=post, text="Le 3 mars.", by=member, to=remark.pk)
    posts.submit(post=post, by=member)
    # Still being written by the house: it waits to be told with the rest.
    Comment.objects.create(page=post, user=house_manager, text="Trop long ?", contentpath="title")
    assert [one.pk for one in standing_of(fresh(post)).comments] == [remark.pk]
    client.force_login(member)
    closed = client.get(reverse("blog:write", args=[post.pk])).content.decode()
    assert ("Le 3 mars." in closed, "Trop long ?" in closed) == (True, False)
    remarks.answer(post=post, text="Un mardi.", by=member, to=remark.pk)
    assert [reply.text for reply in CommentReply.objects.order_by("pk")] == ["Le 3 mars.", "Un mardi."]


def test_mine_costs_the_same_however_much_is_said(client, member, house_manager, django_assert_max_num_queries):
    client.force_login(member)
    for _one in range(3):
        post, remark = given_back(member, house_manager)
        remarks.answer(post=post, text="Le 3 mars.", by=member, to=remark.pk)
        with django_assert_max_num_queries(8):
            assert client.get(reverse("blog:mine")).status_code == 200


def said_in_the_back_office(client, post, remark: Comment, **changed):
    """The page editor is sent with an answer to `remark`, and `changed`."""
    replies = list(remark.replies.order_by("pk"))
    sent = {"title": post.title, "slug": post.slug, "summary": post.summary, "body-count": 0}
    sent |= {"comments-TOTAL_FORMS": 1, "comments-INITIAL_FORMS": 1, "comments-0-id": remark.pk}
    sent |= {"comments-0-text": remark.text, "comments-0-contentpath": remark.contentpath}
    sent |= {"comments-0-replies-TOTAL_FORMS": len(replies), "comments-0-replies-INITIAL_FORMS": len(replies)}
    for place, reply in enumerate(replies):
        sent |= {f"comments-0-replies-{place}-id": reply.pk, f"comments-0-replies-{place}-text": reply.text}
    return client.post(reverse("wagtailadmin_pages:edit", args=[post.pk]), sent | changed)


def test_house_answers_back_in_our_words(client, member, house_manager, mailoutbox, monkeypatch):
    """Wagtail would write, in its own words, an address of the back office to who may not open it."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    post, remark = given_back(member, house_manager)
    Comment.objects.filter(pk=remark.pk).update(contentpath="title")
    remark.refresh_from_db()
    remarks.answer(post=post, text="Le 3 mars.", by=member, to=remark.pk)
    told()
    client.force_login(house_manager)
    said = {"comments-0-replies-TOTAL_FORMS": 2, "comments-0-replies-1-text": "Alors ajoutez-le."}
    assert said_in_the_back_office(client, post, remark, **said).status_code == 302
    answers = CommentReply.objects.order_by("pk")
    assert [(one.text, one.user) for one in answers] == [
        ("Le 3 mars.", member),
        ("Alors ajoutez-le.", house_manager),
    ]
    (mail,) = told()
    assert (mail.to, mail.subject, mail.topic) == (
        member.email,
        "Un mot de la maison : La porte est soudée",
        Topic.PUBLICATION,
    )
    for words in ("Quel jour ?", "Alors ajoutez-le.", f"/blog/mes-articles/{post.pk}/repondre/{remark.pk}/"):
        assert words in mail.text
    assert ("/gestion/" in mail.text, mailoutbox) == (False, [])


@pytest.mark.parametrize(("is_given_back", "subjects"), [(True, ["Un mot de la maison : La porte"]), (False, [])])
def test_new_remark_is_told_once_the_post_was_given_back(
    client, member, house_manager, mailoutbox, monkeypatch, is_given_back, subjects
):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    post, remark = given_back(member, house_manager, title="La porte")
    Comment.objects.filter(pk=remark.pk).update(contentpath="title")
    remark.refresh_from_db()
    if not is_given_back:
        posts.submit(post=post, by=member)
    told()
    client.force_login(house_manager)
    new = {"comments-TOTAL_FORMS": 2, "comments-1-text": "Plus court.", "comments-1-contentpath": "summary"}
    new |= {"comments-1-replies-TOTAL_FORMS": 0, "comments-1-replies-INITIAL_FORMS": 0}
    assert said_in_the_back_office(client, post, remark, **new).status_code == 302
    assert Comment.objects.filter(text="Plus court.").count() == 1
    assert ([mail.subject for mail in told()], mailoutbox) == (subjects, [])


def test_word_of_the_house_closes_no_draft(client, member, house_manager, monkeypatch):
    """To answer, the house saves the page: who was writing is not told that somebody wrote otherwise."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    post, _remark = given_back(member, house_manager)
    opened = posts.mark(fresh(post))
    fresh(post).save_revision(user=house_manager)
    content = dataclasses.replace(content_of(post), title="La porte est bien soudée")
    posts.save(post=post, content=content, opened=opened, by=member)
    assert content_of(post).title == "La porte est bien soudée"
    with pytest.raises(posts.PostOvertaken):
        content = dataclasses.replace(content_of(post), title="Autrement")
        posts.save(post=post, content=content, opened=opened, by=member)
