"""An issue with every block, for what draws issues."""

import datetime

from agenda.times import instant
from bulletin.models import BulletinPage
from tests.factories import BulletinFactory, EventFactory, PictureFactory, ResidentFactory


def full_issue(**fields) -> BulletinPage:
    """Each kind of block once at least, as Wagtail keeps them."""
    resident = ResidentFactory(name="Les Étameurs", slug="les-etameurs")
    event = EventFactory(
        title="Grosses-Bouches", slug="grosses-bouches", starts_at=instant(datetime.date(2027, 3, 3), datetime.time(18))
    )
    picture = PictureFactory(title="La cour", size=(2000, 1000))
    shown = {"image": picture, "alt": "La cour pavée", "caption": "Avant les travaux", "credit": "Atelier Rivet"}
    day = datetime.date(2027, 3, 7)
    meeting = {"event": event, "title": "Grosses-Bouches", "day": day, "hours": "18 h – 20 h", "place": "la cour"}
    body = [
        (
            "invitation",
            {**meeting, "subtitle": "autour des jeunes", "text": "Venez.", "objectives": ["Se voir", "Agir"]},
        ),
        ("rubric", {"kind": "actualite", "title": "Retour sur la séance"}),
        ("heading", {"mark": "numero", "text": "La résidence"}),
        ("heading", {"mark": "lettre", "text": "Ses outils"}),
        ("text", '<p>Un <b>texte</b> &amp; <a href="/agenda/">un lien</a>.</p><ul><li>un</li><li>deux</li></ul>'),
        ("points", [{"text": "<p>Former</p>", "result": "autonomie"}, {"text": "<p>Veiller</p>", "result": ""}]),
        ("quote", {"text": "On soude <ensemble>", "by": "Une voisine"}),
        ("call", {"label": "Candidater", "url": "https://exemple.example/candidater", "page": None}),
        (
            "issue",
            {
                "issue": None,
                "title": "L’insertion des jeunes",
                "partners": "Centre social",
                "state_of_play": "Réunions.\n\nÉchanges.",
                "objectives": "Répondre ensemble.",
            },
        ),
        ("partnership", {"partner": None, "name": "Est Ensemble", "text": "<p>Un réseau.</p>"}),
        ("residents", {"lead": "Nous avons accueilli", "who": [{"resident": resident, "name": "Les Étameurs"}]}),
        ("figure", {"before": "Il reste", "value": "4", "after": "places à temps plein"}),
        ("tools", [{"name": "Agenda", "text": "S’inscrire tôt."}]),
        ("meetings", [meeting]),
        ("posts", [{"post": None, "title": "La porte est soudée", "text": "Enfin."}]),
        ("picture", shown),
        ("gallery", {"title": "Photos travaux", "pictures": [shown, shown]}),
    ]
    fields = {"number": 3, "title": "Le printemps", "lead": "Ce qui a changé.", "body": body, **fields}
    return BulletinPage.objects.get(pk=BulletinFactory(**fields).pk)
