"""Who meets a structure, chosen on one page; what stays of it; how it looks to others."""

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from residents import rules
from residents.actions import visibility as actions
from residents.enums import Audience, Trace
from residents.models import Resident
from residents.pages.visibility import LISTED, TRACE, standing
from residents.profile import token
from tests.browser import settled
from tests.factories import MembershipFactory, ResidentFactory, StayFactory, UserFactory

HTMX = {"HX-Request": "true"}
TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def zinc():
    return ResidentFactory(name="Atelier du Zinc", tagline="Le zinc à votre mesure", phone="04 77 11 22 33")


@pytest.fixture
def lead(zinc):
    return MembershipFactory(resident=zinc, lead=True).user


def former(trace: Trace = Trace.PROFILE, ended: int = 1, **fields) -> Resident:
    """A structure that left `ended` days ago."""
    resident = ResidentFactory(in_residence=False, trace=trace, **fields)
    StayFactory(resident=resident, ends_on=TODAY - datetime.timedelta(days=ended))
    return resident


def address(resident) -> str:
    return f"/residents/{resident.slug}/visibilite/"


def sent(resident, part, choice, **more):
    """What a line sends once `choice` was made, opened on what stands now."""
    opened = token({"choice": standing(resident, part)})
    return {
        "part": part,
        f"{part}-opened": opened,
        f"{part}-choice": choice,
        **{f"{part}-{name}": given for name, given in more.items()},
    }


def reader(role, resident):
    match role:
        case "resident":
            return MembershipFactory().user
        case "member":
            return MembershipFactory(resident=resident).user
        case "lead":
            return MembershipFactory(resident=resident, lead=True).user
    return UserFactory(house_manager=True)


# Who may choose


@pytest.mark.parametrize(
    ("role", "read", "listed", "audience"),
    [
        ("resident", 403, 403, 403),
        ("member", 200, 403, 200),
        ("lead", 200, 200, 200),
        ("manager", 200, 200, 200),
    ],
)
def test_members_choose_audiences_and_leads_whom_it_meets(client, zinc, role, read, listed, audience):
    client.force_login(reader(role, zinc))
    answers = [
        client.get(address(zinc)),
        client.post(address(zinc), sent(zinc, LISTED, "non"), headers=HTMX),
        client.post(address(zinc), sent(zinc, TRACE, "rien"), headers=HTMX),
        client.post(address(zinc), sent(zinc, "phone", "public"), headers=HTMX),
    ]
    assert [answer.status_code for answer in answers] == [read, listed, listed, audience]
    zinc.refresh_from_db()
    chosen = (zinc.is_listed, zinc.trace, zinc.phone_audience)
    assert chosen == (listed != 200, "rien" if listed == 200 else "page", "public" if audience == 200 else "residents")


def test_member_reads_what_others_chose(client, zinc):
    client.force_login(reader("member", zinc))
    page = client.get(address(zinc))
    assert (page.context["listed"].may_change, page.context["trace"].may_change) == (False, False)
    assert [line.may_change for line in page.context["fields"]] == [True] * 8


def test_every_guarded_field_stands_on_the_page_with_what_it_holds(client, zinc, lead):
    client.force_login(lead)
    lines = client.get(address(zinc)).context["fields"]
    assert [line.form.part for line in lines] == Resident.GUARDED_FIELDS
    assert [line.excerpt for line in lines] == ["Le zinc à votre mesure", "", "", "", "", "", "04 77 11 22 33", ""]


def test_page_asks_as_much_of_a_structure_with_everything(client, zinc, lead, django_assert_max_num_queries):
    client.force_login(lead)
    with django_assert_max_num_queries(8):
        client.get(address(zinc))


# What is chosen


def test_choice_is_saved_told_and_kept(zinc, lead):
    actions.choose(resident=zinc, part=LISTED, to="non", by=lead)
    entry = ModelLogEntry.objects.get()
    assert (entry.user, entry.data) == (lead, {"part": "annuaire", "before": "oui", "after": "non"})
    assert entry.message == "Ne figure plus dans l’annuaire public"
    assert registry.get_action_label(entry.action) == "Choisir qui la rencontre"
    actions.choose(resident=zinc, part=TRACE, to=Trace.NAME, by=lead)
    assert ModelLogEntry.objects.latest("pk").message == "Après le départ se lira : son nom et ses dates"


def test_audience_of_a_field_is_told_as_its_section(zinc, lead):
    actions.choose(resident=zinc, part="phone", to=Audience.HOUSE, by=lead)
    assert ModelLogEntry.objects.get().data == {
        "section": "phone",
        "before": {"phone": "04 77 11 22 33", "audience": "residents"},
        "after": {"phone": "04 77 11 22 33", "audience": "maison"},
    }


@pytest.mark.parametrize(
    ("part", "choice", "asked"), [(LISTED, "non", 1), (TRACE, "rien", 0), ("savoirs", "maison", 1)]
)
def test_what_the_map_shows_is_asked_again(zinc, lead, part, choice, asked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.choose(resident=zinc, part=part, to=choice, by=lead)
    assert ProcrastinateJob.objects.filter(task_name="knowledge_map.tasks.refresh_map").count() == asked


def test_htmx_is_given_its_line_and_words_that_are_said(client, zinc, lead):
    client.force_login(lead)
    response = client.post(address(zinc), sent(zinc, "phone", "public"), headers=HTMX)
    body = response.content.decode()
    assert "Téléphone, tout le monde. C’est enregistré." in body
    assert body.count("<form") == 1


def test_without_a_script_one_comes_back_to_the_line(client, zinc, lead):
    client.force_login(lead)
    response = client.post(address(zinc), sent(zinc, LISTED, "non"))
    assert (response.status_code, response["Location"]) == (302, f"{address(zinc)}#annuaire")


def test_nothing_chosen_writes_nothing(client, zinc, lead):
    client.force_login(lead)
    response = client.post(address(zinc), sent(zinc, "phone", "residents"), headers=HTMX)
    assert "Rien n’a changé." in response.content.decode()
    assert ModelLogEntry.objects.count() == 0


@pytest.mark.parametrize("choice", ["", "tous", "\0", "x" * 5000, "🐌"])
@pytest.mark.parametrize("part", [LISTED, TRACE, "phone"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_choice_of_ones_own_making_is_refused_with_words(client, zinc, lead, part, choice, headers):
    client.force_login(lead)
    response = client.post(address(zinc), sent(zinc, part, choice), headers=headers)
    assert response.status_code == 422
    assert ModelLogEntry.objects.count() == 0


@pytest.mark.parametrize("part", ["", "name", "is_listed", "\0", "🐌"])
def test_unknown_choice_is_not_found(client, zinc, lead, part):
    client.force_login(lead)
    assert client.post(address(zinc), {"part": part}).status_code == 404


# Two colleagues


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("part", "theirs", "mine", "told"),
    [
        (TRACE, "rien", "nom", "Rien\u00a0: la page n’existe plus que pour vous et la maison"),
        ("phone", "maison", "public", "la maison seulement"),
    ],
)
def test_second_of_two_colleagues_is_shown_the_choice_of_the_first(
    client, zinc, lead, part, theirs, mine, told, headers
):
    opened = token({"choice": standing(zinc, part)})
    actions.choose(resident=zinc, part=part, to=theirs, by=lead)
    client.force_login(lead)
    data = {"part": part, f"{part}-opened": opened, f"{part}-choice": mine}
    response = client.post(address(zinc), data, headers=headers)
    body = response.content.decode()
    assert response.status_code == 422
    assert told in body
    assert str(lead) in body
    form = response.context["line"].form if headers else response.context["refused"]
    seen = form["seen"].value()
    kept = {**data, f"{part}-seen": seen, f"{part}-keep": "theirs"}
    assert client.post(address(zinc), kept, headers=HTMX).status_code == 200
    zinc.refresh_from_db()
    assert standing(zinc, part) == theirs
    assert client.post(address(zinc), kept | {f"{part}-keep": "mine"}, headers=HTMX).status_code == 200
    zinc.refresh_from_db()
    assert standing(zinc, part) == mine


# As others see it


def test_unlisted_structure_is_told_that_the_public_does_not_find_it(client, zinc, lead):
    Resident.objects.update(is_listed=False)
    client.force_login(lead)
    page = client.get(f"/residents/{zinc.slug}/?vue=public").content.decode()
    assert "Vous n’y figurez pas" in page
    assert zinc.tagline not in page.split("</head>")[1]
    others = client.get(f"/residents/{zinc.slug}/?vue=residents").content.decode()
    assert zinc.tagline in others.split("</head>")[1]


@pytest.mark.parametrize(
    ("trace", "role", "status", "reads"),
    [
        (Trace.PROFILE, None, 200, True),
        (Trace.NAME, None, 200, False),
        (Trace.NAME, "resident", 200, False),
        (Trace.NAME, "member", 200, True),
        (Trace.NAME, "manager", 200, True),
        (Trace.NOTHING, None, 404, False),
        (Trace.NOTHING, "resident", 404, False),
        (Trace.NOTHING, "member", 200, True),
        (Trace.NOTHING, "manager", 200, True),
    ],
)
def test_who_left_is_read_as_it_wished(client, trace, role, status, reads):
    gone = former(trace, name="Ancien Zinc", tagline="Nous étions là")
    if role:
        client.force_login(reader(role, gone))
    response = client.get(gone.get_absolute_url())
    assert (response.status_code, "Nous étions là" in response.content.decode()) == (status, reads)


def test_name_alone_stays_with_its_dates(client):
    gone = former(Trace.NAME, name="Ancien Zinc", tagline="Nous étions là")
    page = client.get(gone.get_absolute_url())
    assert page.context["reading"].is_name_only
    assert "janvier 2024" in page.content.decode()
    assert [name for name, part in page.context["parts"].items() if part.is_shown] == ["name", "logo"]


def test_a_trace_says_nothing_before_the_departure(client, zinc):
    Resident.objects.update(trace=Trace.NOTHING)
    assert client.get(zinc.get_absolute_url()).status_code == 200
    StayFactory(resident=former(Trace.NOTHING, name="De retour"), starts_on=TODAY)
    assert client.get("/residents/de-retour/").status_code == 200


# Those that left


def test_former_structures_are_listed_as_they_wish(client):
    former(name="Page", tagline="Nous étions là")
    former(Trace.NAME, name="Nom", tagline="Ni cela")
    former(Trace.NOTHING, name="Rien du tout")
    former(name="Hors", is_listed=False)
    ResidentFactory(name="Présente")
    page = client.get("/residents/?presence=anciennes")
    listed = [(one.reading.name, one.reading.tagline) for _, them in page.context["former"].years for one in them]
    assert listed == [("Nom", ""), ("Page", "Nous étions là")]
    client.force_login(MembershipFactory().user)
    page = client.get("/residents/?presence=anciennes")
    assert [one.reading.name for _, them in page.context["former"].years for one in them] == ["Hors", "Nom", "Page"]


def test_former_structures_stand_under_the_year_they_left(client):
    for ended in (1, 400, 800):
        former(ended=ended)
    years = [year for year, _ in client.get("/residents/?presence=anciennes").context["former"].years]
    assert years == [(TODAY - datetime.timedelta(days=ended)).year for ended in (1, 400, 800)]


@pytest.mark.parametrize("count", [1, 3])
def test_former_structures_cost_as_many_queries(client, django_assert_num_queries, count):
    for trace in [Trace.NAME, Trace.PROFILE, Trace.NAME][:count]:
        former(trace)
    cache.clear()
    with django_assert_num_queries(2):
        client.get("/residents/?presence=anciennes")


@pytest.mark.parametrize(
    "query", ["presence=demain", "presence=%00", "presence=anciennes&page=9999999999999", "presence="]
)
def test_odd_presence_is_left_aside(client, query):
    assert client.get(f"/residents/?{query}").status_code == 200


def test_rule_of_the_choice(zinc):
    roles = {role: reader(role, zinc) for role in ["resident", "member", "lead", "manager"]}
    assert [role for role, user in roles.items() if rules.can_change_visibility(user, zinc)] == ["lead", "manager"]


# In a browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_lead_leaves_the_directory_and_looks_as_the_public_does(page, sign_in):
    zinc = ResidentFactory(name="Atelier du Zinc", tagline="Le zinc à votre mesure")
    sign_in(page, MembershipFactory(resident=zinc, lead=True).user)
    page.goto(f"/residents/{zinc.slug}/")
    page.get_by_role("link", name="Qui vous voit").click()
    page.get_by_label("En une phrase").select_option("la maison seulement")
    expect(page.locator("#tagline").get_by_text("C’est enregistré.")).to_be_visible()
    settled(page)
    page.get_by_label("Non").check()
    expect(page.locator("#annuaire").get_by_text("C’est enregistré.")).to_be_visible()
    settled(page)
    expect(page.get_by_label("Non")).to_be_focused()
    zinc.refresh_from_db()
    assert (zinc.tagline_audience, zinc.is_listed) == ("maison", False)
    page.get_by_role("link", name="Voir comme le public").click()
    expect(page.get_by_text("Vous n’y figurez pas")).to_be_visible()
