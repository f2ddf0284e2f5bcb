"""What the site is found by: the sitemap, what robots may read, the plan of the site, the cards of its pages."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agenda.models import Event
from agenda.times import say_stretch
from blog.cards import Card
from blog.views.feeds import card_answer
from bulletin.models import BulletinPage
from chaudronneries.sitemaps import SITEMAPS, plan
from mailing.outbox import absolute
from residents import rules
from residents.models import Resident
from residents.reading import as_read_by

HOUSE_TITLE = "Se connaître pour mieux coopérer"


@require_safe
@login_not_required
def sitemap(request):
    """The addresses that the public reads."""
    return sitemap_of(request, SITEMAPS)


@require_safe
@login_not_required
def robots(request):
    context = {"sitemap": absolute(reverse("sitemap"))}
    response = render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
@login_not_required
def site_map(request):
    """All that one may read here, for people."""
    return render(request, "site_map.html", {"chapters": plan()})


@require_safe
@login_not_required
def house_card(request):
    """The card of the pages that have none of their own."""
    foot = _("Montreuil · une carte des savoirs, un agenda, un blog")
    return card_answer(request, Card(_("Résidence d’économies sociétales"), HOUSE_TITLE, foot, plain=True))


@require_safe
@login_not_required
def page_card(request, kind, slug):
    """The card of a structure, of a meeting or of an issue that everybody may read."""
    if kind not in CARDS:
        raise Http404
    return card_answer(request, CARDS[kind](slug))


def card_of_resident(slug: str) -> Card:
    arrived = Resident.objects.with_presence().filter(rules.met_by_all(), arrived_on__isnull=False)
    row = get_object_or_404(arrived, slug=slug)
    mark = _("Ancienne structure résidente") if row.has_left else _("En résidence")
    return Card(mark, row.name, as_read_by(AnonymousUser(), row).tagline)


def card_of_event(slug: str) -> Card:
    event = get_object_or_404(Event.objects.public().select_related("kind"), slug=slug)
    when = say_stretch(event.starts_at, event.ends_at, all_day=event.is_all_day)
    return Card(event.kind.name, event.title, _("Annulé") if event.is_cancelled else when[:1].upper() + when[1:])


def card_of_issue(slug: str) -> Card:
    issue = get_object_or_404(BulletinPage.objects.live(), slug=slug)
    return Card(_("Sur le feu n° %(number)s") % {"number": issue.number}, issue.title, issue.lead)


CARDS = {"structure": card_of_resident, "rendez-vous": card_of_event, "sur-le-feu": card_of_issue}
