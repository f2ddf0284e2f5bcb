"""Every address of the product and what a GET of it answers to each role: the one list that the guards go through.

`WORLD` names stand for the objects of `world()`: a lead speaks for `atelier`, a member belongs to another structure.
"""

from dataclasses import dataclass

from django.urls import get_resolver, reverse

from mailing import outbox, refusing
from mailing.enums import Topic
from mailing.letters import TEMPLATE, Letter
from residents.actions.declarations import declare
from residents.models import Declaration, Resident, User
from tests.factories import (
    DeclarationFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    ResidentFactory,
    UserFactory,
)

ROLES = ["anonymous", "member", "lead", "manager"]
ALL = [200, 200, 200, 200]
SIGNED_IN = [302, 200, 200, 200]
MANAGER = [302, 403, 403, 200]
# What belongs to a structure: those who speak for it, and the house manager.
OURS = [302, 403, 200, 200]
# Signing in is for those who are not; the others are sent home.
NOT_SIGNED_IN = [200, 302, 302, 302]
# Nothing there yet for this person.
ABSENT = [302, 404, 404, 404]
ELSEWHERE = [302, 302, 302, 302]
# A change asked for by address: nothing is changed, one is led back to the page that asks for it.
BACK = [302, 403, 302, 302]
# For members; the house manager is asked first for which structure.
MEMBERS = [302, 200, 200, 302]

ADDRESSES = {
    "home": ({}, ALL),
    "health": ({}, ALL),
    "components": ({}, MANAGER),
    "residents:directory": ({}, ALL),
    "residents:profile": ({"slug": "atelier"}, ALL),
    "residents:edit_profile": ({"slug": "atelier"}, OURS),
    "residents:edit_section": ({"slug": "atelier", "section": "tagline"}, OURS),
    "residents:show_section": ({"slug": "atelier", "section": "tagline"}, BACK),
    "residents:savoirs": ({}, SIGNED_IN),
    "residents:terms": ({}, MEMBERS),
    "residents:neighbours": ({}, MEMBERS),
    "residents:coverage": ({}, SIGNED_IN),
    "residents:changes": ({}, MEMBERS),
    "residents:undo": ({"pk": "change"}, BACK),
    "residents:declare": ({}, ELSEWHERE),
    "residents:audience": ({}, ELSEWHERE),
    "residents:declaration": ({"pk": "item"}, [302, 200, 200, 403]),
    "residents:withdraw": ({"pk": "item"}, ELSEWHERE),
    "knowledge_map:map": ({}, ALL),
    "knowledge_map:export": ({"form": "json"}, ALL),
    "knowledge_map:cooperations": ({}, SIGNED_IN),
    "knowledge_map:answer": ({"slug": "atelier", "partner_slug": "voisine"}, [302, 403, 302, 403]),
    "mailing:preferences": ({}, SIGNED_IN),
    "mailing:refuse": ({"token": "refusal"}, ALL),
    "mailing:mails": ({}, MANAGER),
    "mailing:mail": ({"pk": "mail"}, MANAGER),
    "mailing:mail_html": ({"pk": "mail"}, MANAGER),
    "account_login": ({}, NOT_SIGNED_IN),
    "account_logout": ({}, SIGNED_IN),
    "account_inactive": ({}, ALL),
    "account_signup": ({}, NOT_SIGNED_IN),
    "account_reauthenticate": ({}, SIGNED_IN),
    "account_email": ({}, SIGNED_IN),
    "account_email_verification_sent": ({}, ALL),
    "account_change_password": ({}, SIGNED_IN),
    "account_set_password": ({}, ELSEWHERE),
    "account_reset_password": ({}, ALL),
    "account_confirm_login_code": ({}, ELSEWHERE),
    "account_confirm_email": ({"key": "no-key"}, ALL),
    "account_reset_password_from_key_done": ({}, ALL),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "no-key"}, ALL),
    "account_reset_password_done": ({}, ALL),
    "account_request_login_code": ({}, NOT_SIGNED_IN),
    "mfa_index": ({}, SIGNED_IN),
    "mfa_authenticate": ({}, ELSEWHERE),
    "mfa_reauthenticate": ({}, ELSEWHERE),
    "mfa_activate_totp": ({}, SIGNED_IN),
    "mfa_deactivate_totp": ({}, ABSENT),
    "mfa_view_recovery_codes": ({}, ABSENT),
    "mfa_generate_recovery_codes": ({}, SIGNED_IN),
    "mfa_download_recovery_codes": ({}, ABSENT),
    "mfa_list_webauthn": ({}, SIGNED_IN),
    "mfa_add_webauthn": ({}, SIGNED_IN),
    "mfa_reauthenticate_webauthn": ({}, ELSEWHERE),
    "mfa_remove_webauthn": ({"pk": "nothing"}, ABSENT),
    "mfa_edit_webauthn": ({"pk": "nothing"}, ABSENT),
    "mfa_login_webauthn": ({}, ELSEWHERE),
    "usersessions_list": ({}, SIGNED_IN),
}
# The back office has a guard of its own (tests/residents/test_back_office.py).
GUARDED_ELSEWHERE = ("gestion/", "media/", "^media/")


@dataclass
class World:
    people: dict[str, User | None]
    atelier: Resident
    values: dict

    def address(self, name: str) -> str:
        arguments, _ = ADDRESSES[name]
        return reverse(name, kwargs={key: self.values[value] for key, value in arguments.items()})


def make_world() -> World:
    """Two structures that declare something, and one person of each role."""
    atelier = ResidentFactory(name="Atelier", slug="atelier", tagline="Du fer et du feu", presentation="Nous forgeons.")
    voisine = ResidentFactory(name="Voisine", slug="voisine")
    lead = MembershipFactory(resident=atelier, lead=True).user
    member = MembershipFactory(resident=voisine).user
    item = KnowledgeItemFactory(label="Forge")
    change = declare(resident=atelier, item=item, by=lead)
    DeclarationFactory(resident=voisine, item=item, seeks=True)
    people = {
        "anonymous": None,
        "member": member,
        "lead": lead,
        "manager": UserFactory(house_manager=True),
    }
    letter = Letter(subject="Réservé", paragraphs=["C’est noté."], facts=[("Où", "Salle")], why="Pour voir.")
    mail = outbox.post(key="1", topic=Topic.BOOKING, template=TEMPLATE, context={"letter": letter}, user=member)
    values = {
        "mail": mail.pk,
        "refusal": refusing.token(member, Topic.BOOKING),
        "atelier": atelier.slug,
        "voisine": voisine.slug,
        "item": item.pk,
        "change": change.pk,
        "nothing": 0,
        "tagline": "tagline",
        "json": "json",
        "1": "1",
        "no-key": "no-key",
    }
    assert Declaration.objects.count() == 2
    return World(people, atelier, values)


def published() -> set[str]:
    """The names of all our addresses, as the site's resolver knows them."""

    def walk(resolver, prefix="", namespace=""):
        for pattern in resolver.url_patterns:
            path = prefix + str(pattern.pattern)
            if path.startswith(GUARDED_ELSEWHERE):
                continue
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, path, pattern.namespace or namespace)
            else:
                yield f"{namespace}:{pattern.name}" if namespace else pattern.name

    return set(walk(get_resolver()))
