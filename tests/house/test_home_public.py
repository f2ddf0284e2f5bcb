"""The public's home: the house, its meetings, its map, its posts, its places; and what never stands there."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.utils import timezone

from agenda.enums import EventAudience, EventStatus
from blog.models import HomePage
from chaudronneries.home import public
from knowledge_map.actions.layout import refresh_layout
from residents.actions.declarations import declare, withdraw
from residents.actions.profiles import change_section
from residents.enums import Audience, KnowledgeKind, Stance
from residents.models import HouseSettings
from residents.profile import Section
from tests.factories import (
    BulletinFactory,
    DeclarationFactory,
    EventFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PictureFactory,
    PostFactory,
    ResidentFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def hold(resident, number: int, kinds=KnowledgeKind.values):
    """`number` declarations of `resident`, going round `kinds`."""
    for index in range(number):
        DeclarationFactory(resident=resident, item=KnowledgeItemFactory(kind=kinds[index % len(kinds)]))


def share(*residents, label: str = "Soudure à l’arc"):
    item = KnowledgeItemFactory(label=label)
    for resident in residents:
        DeclarationFactory(resident=resident, item=item)
    return item


def read(client) -> str:
    return client.get("/").content.decode()


def test_home_says_what_the_manager_wrote(client):
    home = HomePage.objects.get()
    home.title, home.lead = "La maison", "Un ancien atelier."
    home.body = [("text", "<p>On y travaille <b>ensemble</b>.</p>")]
    home.save()
    page = read(client)
    for written in ("<h1>La maison</h1>", "Un ancien atelier.", "On y travaille"):
        assert written in page


def test_preview_of_the_home_shows_the_version_given():
    home = HomePage.objects.get()
    home.title = "Pas encore"
    assert (public.read(home).page.title, HomePage.objects.get().title) == ("Pas encore", "Les Chaudronneries")


def test_home_counts_the_house():
    hold(ResidentFactory(), 10)
    hold(ResidentFactory(), 9)
    ResidentFactory()
    ResidentFactory(in_residence=False)
    assert public.read().figures == public.Figures(structures=3, mapped=1, items=19)


def test_home_does_not_count_what_is_not_public():
    hold(ResidentFactory(savoirs_audience=Audience.RESIDENTS), 3)
    assert public.read().figures.items == 0


def test_home_shows_the_next_public_meetings(client):
    now = timezone.now()
    later, _, first, second = (EventFactory(starts_at=now + datetime.timedelta(days=days)) for days in (3, 4, 1, 2))
    EventFactory(starts_at=now - datetime.timedelta(days=1))
    EventFactory(starts_at=now, status=EventStatus.DRAFT)
    EventFactory(starts_at=now, status=EventStatus.CANCELLED)
    response = client.get("/")
    assert response.context["home"].meetings == [first, second, later]
    assert f'<a href="{first.get_absolute_url()}">{first.title}</a>' in response.content.decode()


@pytest.mark.parametrize("audience", [EventAudience.RESIDENTS, EventAudience.PARTICIPANTS])
def test_meeting_of_the_house_is_not_told_to_the_public(client, audience):
    event = EventFactory(title="Conseil de maison", audience=audience)
    page = read(client)
    assert (event.title in page, event.slug in page) == (False, False)


def test_home_without_anything_yet_says_so_and_leads_on(client):
    page = read(client)
    for written in (
        "Aucun rendez-vous ouvert",
        "Le premier numéro est en cours",
        'href="/agenda/"',
        'href="/candidater/"',
    ):
        assert written in page
    assert ("Sur le blog</h2>" in page, "La carte des savoirs</h2>" in page) == (False, False)


# The map at a glance


def test_glimpse_leads_to_structures_and_to_what_they_share(client):
    zinc, plume = ResidentFactory(name="Atelier du zinc"), ResidentFactory(name="La Plume")
    item = share(zinc, plume)
    page = read(client)
    assert re.findall(r'<a href="(/residents/[^"]+)"><circle', page) == [
        zinc.get_absolute_url(),
        plume.get_absolute_url(),
    ]
    assert f'href="/carte/?savoir=i{item.pk}">Soudure à l’arc</a>' in page


def test_glimpse_keeps_what_the_public_may_not_read(client):
    shown, hidden = ResidentFactory(name="Visible"), ResidentFactory(name="Cachée", savoirs_audience=Audience.RESIDENTS)
    share(shown, hidden, label="Secret partagé")
    share(hidden, ResidentFactory(name="Discrète", savoirs_audience=Audience.HOUSE), label="Autre secret")
    refresh_layout()
    page = read(client)
    assert ["Visible" in page, "Cachée" in page, "Discrète" in page, "secret" in page.lower()] == [
        True,
        False,
        False,
        False,
    ]


def test_savoirs_hidden_meanwhile_leave_the_glimpse_at_once(client):
    membership = MembershipFactory(resident__name="La Plume")
    share(membership.resident, ResidentFactory())
    assert "La Plume" in read(client)
    change_section(
        resident=membership.resident, section=Section.SAVOIRS, to={"audience": Audience.HOUSE}, by=membership.user
    )
    assert "La Plume" not in read(client)


def test_item_withdrawn_meanwhile_leaves_the_glimpse_at_once(client):
    membership, item = MembershipFactory(), KnowledgeItemFactory(label="Soudure à l’arc")
    DeclarationFactory(item=item)
    declare(resident=membership.resident, item=item, stance=Stance.OFFER, by=membership.user)
    assert "Soudure à l’arc" in read(client)
    withdraw(resident=membership.resident, item=item, by=membership.user)
    assert "Soudure à l’arc" not in read(client)


def test_structure_that_left_leaves_the_glimpse_at_once(client):
    gone = ResidentFactory(name="La Partante")
    share(gone, ResidentFactory())
    assert "La Partante" in read(client)
    gone.stays.update(ends_on=timezone.localdate() - datetime.timedelta(days=1))
    assert "La Partante" not in read(client)


def test_glimpse_of_a_large_house_stays_light(client):
    residents = [ResidentFactory(name=f"Structure au nom assez long {number} <b>") for number in range(80)]
    for number, resident in enumerate(residents):
        hold(resident, 3)
        share(resident, residents[number - 1], label=f"Commun {number} <b>")
    page = read(client)
    start = page.index('<div class="glimpse">')
    glimpse = page[start : page.index("Ouvrir la carte</a></p>", start)]
    assert len(re.findall(r"<[a-z]", glimpse)) < 150
    assert len(re.findall(r"<[a-z]", page)) < 600
    assert "<b>" not in glimpse


# Posts, the bulletin, places


def test_home_shows_the_three_latest_posts(client):
    now = timezone.now()
    posts = [PostFactory(first_published_at=now - datetime.timedelta(days=days)) for days in (4, 1, 3, 2)]
    PostFactory(live=False, title="Un brouillon")
    page = read(client)
    found = re.findall(r'<h3 class="card__title"><a href="(/blog/[^"]+)">', page)
    assert (found, "Un brouillon" in page) == ([posts[index].get_absolute_url() for index in (1, 3, 2)], False)


def test_post_withdrawn_meanwhile_leaves_the_home_at_once(client):
    post = PostFactory(title="Trop vite")
    assert "Trop vite" in read(client)
    post.unpublish()
    assert "Trop vite" not in read(client)


def test_home_shows_the_latest_issue_and_how_to_get_it(client):
    BulletinFactory(number=1, dated=datetime.date(2027, 1, 5))
    BulletinFactory(number=2, dated=datetime.date(2027, 3, 5), lead="Ce qui chauffe.")
    BulletinFactory(number=3, dated=datetime.date(2027, 4, 5), live=False)
    page = read(client)
    for written in (
        'href="/sur-le-feu/numero-2/"',
        "Numéro 2, 5 mars 2027",
        "Ce qui chauffe.",
        'action="/sur-le-feu/inscription/"',
    ):
        assert written in page
    assert "numero-3" not in page


def test_home_says_the_places_left_and_those_foreseen(client):
    house = HouseSettings.load()
    house.places = 5
    house.save()
    today = timezone.localdate()
    StayFactory(ends_on=today + datetime.timedelta(days=20))
    page = read(client)
    assert ("Il reste 4 places à temps plein." in page, "une place à temps plein se libère." in page) == (True, True)


def test_home_of_a_house_that_takes_nobody_says_so(client):
    house = HouseSettings.load()
    house.takes_applications = False
    house.save()
    page = read(client)
    assert ("ne reçoit pas de candidatures" in page, "Demander une place</a></p>" in page) == (True, False)


@pytest.mark.parametrize("number", [1, 3])
def test_home_takes_five_queries(client, django_assert_num_queries, number):
    HouseSettings.load()
    for resident in ResidentFactory.create_batch(number):
        hold(resident, 2)
        EventFactory(organisers=[resident])
        PostFactory(residents=[resident], cover=PictureFactory())
        BulletinFactory()
    client.get("/")
    with django_assert_num_queries(5):
        client.get("/")


def test_signed_in_readers_do_not_change_what_is_kept(client, house_manager):
    """A preview by the house manager draws the public's parts, not hers."""
    hidden = ResidentFactory(name="Cachée", savoirs_audience=Audience.HOUSE)
    share(hidden, ResidentFactory())
    client.force_login(house_manager)
    home = HomePage.objects.get()
    assert "Cachée" not in public.read(home).glimpse
    client.logout()
    assert "Cachée" not in read(client)


# The frame


def test_footer_leads_to_the_pages_of_the_house(client):
    page = read(client)
    foot = page[page.index('<footer class="site-footer"') :]
    wanted = ["le-lieu", "equipe", "politique-d-action", "partenaires", "mentions-legales", "donnees-personnelles"]
    wanted += ["accessibilite", "territoire", "sur-le-feu", "candidater", "blog", "plan-du-site"]
    assert [slug for slug in wanted if f'href="/{slug}/"' not in foot] == []


def test_navigation_is_short_for_the_public_and_whole_for_residents(client, member):
    def places() -> list[str]:
        page = read(client)
        return re.findall(r'class="site-nav__link" href="([^"]+)"', page)

    short = places()
    client.force_login(member)
    assert (short, places()) == (
        ["/carte/", "/agenda/", "/residents/", "/blog/"],
        ["/carte/", "/agenda/", "/residents/", "/blog/", "/savoirs/", "/carte/cooperations/"],
    )
