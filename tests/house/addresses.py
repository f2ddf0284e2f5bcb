"""Every address of the product and what a GET of it answers to each role: the one list that the guards go through.

The names that stand for objects are those of `tests/house/world.py`: a lead speaks for `atelier`, a member belongs to
another structure.
"""

from django.urls import get_resolver

ROLES = ["anonymous", "member", "lead", "manager"]
ALL = [200, 200, 200, 200]
SIGNED_IN = [302, 200, 200, 200]
MANAGER = [302, 403, 403, 200]
# What belongs to a structure: those who speak for it, and the house manager.
OURS = [302, 403, 200, 200]
# Answers a form, never an address.
POSTED = [302, 405, 405, 405]
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
    "my_data": ({}, SIGNED_IN),
    "my_data_export": ({}, SIGNED_IN),
    "delete_account": ({}, SIGNED_IN),
    "structure_data": ({"slug": "atelier"}, OURS),
    "structure_data_export": ({"slug": "atelier"}, OURS),
    "delete_structure": ({"slug": "atelier"}, OURS),
    "search": ({}, ALL),
    "site_map": ({}, ALL),
    "sitemap": ({}, ALL),
    "robots": ({}, ALL),
    "house_card": ({}, ALL),
    "page_card": ({"kind": "structure", "slug": "atelier"}, ALL),
    "blog:index": ({}, ALL),
    "blog:post": ({"slug": "post"}, ALL),
    "blog:card": ({"slug": "post"}, ALL),
    "blog:rubric": ({"slug": "post-rubric"}, ALL),
    "blog:tag": ({"slug": "post-tag"}, ALL),
    "blog:resident": ({"slug": "atelier"}, ALL),
    "blog:author": ({"pk": "post-author"}, ALL),
    "blog:archives": ({}, ALL),
    "blog:year": ({"year": "post-year"}, ALL),
    "blog:month": ({"year": "post-year", "month": "post-month"}, ALL),
    "wagtail_serve": ({"path": "page-path"}, ALL),
    "blog:atom": ({}, ALL),
    "blog:rss": ({}, ALL),
    "blog:rubric_atom": ({"slug": "actualite"}, ALL),
    "blog:propose": ({}, SIGNED_IN),
    "blog:preview_text": ({}, POSTED),
    "blog:mine": ({}, SIGNED_IN),
    # Those who write it; the house manager does in the back office.
    "blog:write": ({"pk": "draft"}, [302, 403, 200, 302]),
    "blog:preview": ({"pk": "draft"}, OURS),
    "blog:submit": ({"pk": "draft"}, POSTED),
    "blog:take_back": ({"pk": "draft"}, POSTED),
    "blog:answer_word": ({"pk": "draft"}, [302, 403, 200, 403]),
    "blog:answer": ({"pk": "draft", "remark": "remark"}, [302, 403, 200, 403]),
    # Who proposed it; the house manager deletes in the back office.
    "blog:discard": ({"pk": "draft"}, [302, 403, 200, 403]),
    "residents:territory": ({}, ALL),
    "residents:partner": ({"slug": "partner"}, ALL),
    "residents:apply": ({}, ALL),
    "residents:directory": ({}, ALL),
    "residents:profile": ({"slug": "atelier"}, ALL),
    "residents:edit_profile": ({"slug": "atelier"}, OURS),
    "residents:edit_section": ({"slug": "atelier", "section": "tagline"}, OURS),
    "residents:show_section": ({"slug": "atelier", "section": "tagline"}, BACK),
    "residents:visibility": ({"slug": "atelier"}, OURS),
    "residents:kit": ({"slug": "atelier"}, OURS),
    "residents:kit_archive": ({"slug": "atelier"}, OURS),
    "residents:add_pictures": ({"slug": "atelier"}, POSTED),
    "residents:picture": ({"slug": "atelier", "pk": "picture"}, OURS),
    "residents:remove_picture": ({"slug": "atelier", "pk": "picture"}, POSTED),
    "residents:add_document": ({"slug": "atelier"}, POSTED),
    "residents:remove_document": ({"slug": "atelier", "pk": "document"}, POSTED),
    "wagtaildocs_serve": ({"document_id": "document", "document_filename": "document-name"}, OURS),
    "residents:steps": ({"slug": "atelier"}, OURS),
    "residents:put_steps_aside": ({"slug": "atelier"}, POSTED),
    "residents:step": ({"slug": "atelier", "pk": "step"}, OURS),
    "residents:reviewed": ({"slug": "atelier"}, POSTED),
    "residents:arrivals": ({}, MANAGER),
    "residents:to_ask": ({}, MANAGER),
    "residents:all_kits": ({}, MANAGER),
    "residents:people": ({"slug": "atelier"}, OURS),
    "residents:member": ({"slug": "atelier", "pk": "membership"}, OURS),
    "residents:remove_member": ({"slug": "atelier", "pk": "membership"}, POSTED),
    "residents:remind": ({"slug": "atelier"}, POSTED),
    "residents:remind_everybody": ({}, POSTED),
    "residents:invitation_key": ({"token": "invitation-token"}, [405, 405, 405, 405]),
    "residents:forget_factors": ({"pk": "member"}, MANAGER),
    "residents:my_name": ({}, SIGNED_IN),
    "residents:end_session": ({"pk": "nothing"}, POSTED),
    "residents:renew_invitation": ({"slug": "atelier", "pk": "invitation"}, POSTED),
    "residents:withdraw_invitation": ({"slug": "atelier", "pk": "invitation"}, POSTED),
    "residents:invitation": ({"token": "invitation-token"}, ALL),
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
    "agenda:agenda": ({}, ALL),
    "agenda:new_event": ({}, SIGNED_IN),
    "agenda:event": ({"slug": "meeting"}, ALL),
    "agenda:edit_event": ({"slug": "meeting"}, OURS),
    "agenda:cancel_event": ({"slug": "meeting"}, OURS),
    "agenda:register": ({"slug": "meeting"}, ALL),
    "agenda:registrations": ({"slug": "meeting"}, OURS),
    "agenda:registrations_csv": ({"slug": "meeting"}, OURS),
    "agenda:mark_attendance": ({"pk": "registration"}, POSTED),
    "agenda:registration": ({"token": "offered"}, ALL),
    "agenda:confirm_registration": ({"token": "pending"}, ALL),
    "agenda:accept_seat": ({"token": "offered"}, ELSEWHERE),
    "agenda:cancel_registration": ({"token": "offered"}, ELSEWHERE),
    "agenda:spaces": ({}, SIGNED_IN),
    "agenda:space": ({"slug": "salle"}, SIGNED_IN),
    "agenda:week": ({}, SIGNED_IN),
    "agenda:day": ({}, SIGNED_IN),
    "agenda:month": ({}, SIGNED_IN),
    "agenda:bookings_list": ({}, SIGNED_IN),
    "agenda:find": ({}, SIGNED_IN),
    "agenda:shares": ({}, SIGNED_IN),
    "agenda:book": ({}, SIGNED_IN),
    "agenda:my_bookings": ({}, SIGNED_IN),
    "agenda:booking": ({"pk": "booking"}, SIGNED_IN),
    "agenda:change_booking": ({"pk": "booking"}, OURS),
    "agenda:move_booking": ({"pk": "booking"}, POSTED),
    "agenda:cancel_booking": ({"pk": "booking"}, OURS),
    "agenda:decide_booking": ({"pk": "booking"}, POSTED),
    "agenda:waive_booking": ({"pk": "booking"}, POSTED),
    "agenda:mark_no_show": ({"pk": "booking"}, POSTED),
    "agenda:repeat_booking": ({"pk": "booking"}, OURS),
    "agenda:change_series": ({"pk": "date-of-series"}, OURS),
    "agenda:cancel_series": ({"pk": "date-of-series"}, OURS),
    "agenda:public_feed": ({}, ALL),
    "agenda:my_feed": ({"token": "calendar-key"}, ALL),
    "agenda:my_busy_feed": ({"token": "busy-key"}, ALL),
    "agenda:residents_feed": ({"token": "calendar-key"}, ALL),
    "agenda:space_feed": ({"token": "calendar-key", "slug": "salle"}, ALL),
    "agenda:event_ics": ({"slug": "calendar-event"}, ALL),
    "agenda:booking_ics": ({"pk": "booking"}, SIGNED_IN),
    "agenda:subscriptions": ({}, ALL),
    "agenda:import_calendar": ({}, MANAGER),
    "agenda:renew_key": ({}, ELSEWHERE),
    "agenda:revoke_key": ({}, ELSEWHERE),
    "agenda:my_day": ({}, MANAGER),
    "agenda:door_sheets": ({}, MANAGER),
    "agenda:usage": ({}, MANAGER),
    "agenda:usage_csv": ({}, MANAGER),
    "agenda:mark_seen": ({}, POSTED),
    "agenda:door": ({"token": "door"}, ALL),
    "bulletin:index": ({}, ALL),
    "bulletin:issue": ({"slug": "bulletin-issue"}, ALL),
    "bulletin:pdf": ({"slug": "bulletin-issue"}, ALL),
    "bulletin:subscribe": ({}, NOT_SIGNED_IN),
    "bulletin:confirm": ({"token": "subscriber-pending"}, ALL),
    "bulletin:leave": ({"token": "subscriber"}, ALL),
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


def routes() -> dict[str, str]:
    """The path of each of our addresses by its name, as the site's resolver knows them: "residents/<slug:slug>/"."""

    def walk(resolver, prefix="", namespace=""):
        for pattern in resolver.url_patterns:
            path = prefix + str(pattern.pattern)
            if path.startswith(GUARDED_ELSEWHERE):
                continue
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, path, pattern.namespace or namespace)
            else:
                yield f"{namespace}:{pattern.name}" if namespace else pattern.name, path

    return dict(walk(get_resolver()))


def published() -> set[str]:
    """Their names."""
    return set(routes())
