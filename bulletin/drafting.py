"""From facts to the blocks of a draft, in whole French sentences; a section that has no fact is not there."""

from collections.abc import Iterable
from html import escape
from itertools import pairwise

from django.utils.translation import gettext as _

from bulletin.enums import Mark, RubricKind
from bulletin.facts import Fact, Stretch
from bulletin.stored import block, listed

# Where a post of each rubric of the blog goes; those of no rubric are news.
RUBRICS = (RubricKind.NEWS, RubricKind.UNDERSTANDING, RubricKind.ACTION)


def body(facts: Iterable[Fact], stretch: Stretch) -> list[dict]:
    """Stored blocks: rubrics in the order of the papers, each with its own facts."""
    told = Told(list(facts), stretch)
    titles = {
        RubricKind.NEWS: _("Depuis %(day)s") % {"day": stretch.said},
        RubricKind.UNDERSTANDING: _("Ce que nous avons écrit"),
        RubricKind.ACTION: _("Ce que nous avons mis en œuvre"),
    }
    blocks = []
    for kind in RUBRICS:
        if held := told.rubric(kind):
            blocks += [block("rubric", {"kind": kind.value, "title": titles[kind]}), *held]
    return blocks


def added(stored: list[dict], facts: Iterable[Fact], stretch: Stretch) -> list[dict]:
    """`stored` with the blocks of `facts`, each at the end of its rubric; nothing of `stored` is touched.

    Their numbered titles are left out: those of the rubric are there already.
    """
    result = list(stored)
    for kind, held in by_rubric(body(facts, stretch)):
        ends = rubric_end(result, kind["value"]["kind"])
        if ends is None:
            result += [kind, *held]
        else:
            result[ends:ends] = [one for one in held if not is_numbered(one)]
    return result


def by_rubric(blocks: list[dict]) -> list[tuple[dict, list[dict]]]:
    found = []
    for one in blocks:
        if one["type"] == "rubric":
            found.append((one, []))
        else:
            found[-1][1].append(one)
    return found


def rubric_end(stored: list[dict], kind: str) -> int | None:
    """Where the first rubric of that kind ends; None when there is none."""
    bounds = [place for place, one in enumerate(stored) if one["type"] == "rubric"] + [len(stored)]
    for place, following in pairwise(bounds):
        if stored[place]["value"]["kind"] == kind:
            return following
    return None


def is_numbered(one: dict) -> bool:
    return one["type"] == "heading" and one["value"]["mark"] == Mark.NUMBER


class Told:
    """The blocks of each rubric."""

    def __init__(self, facts: list[Fact], stretch: Stretch):
        self.facts, self.stretch = facts, stretch

    def of(self, kind: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.kind == kind]

    def rubric(self, kind: RubricKind) -> list[dict]:
        sections = {
            RubricKind.NEWS: [self.house, self.territory, self.agenda],
            RubricKind.UNDERSTANDING: [],
            RubricKind.ACTION: [self.map],
        }
        held = [one for section in sections[kind] for one in section()]
        return held + self.posts(kind)

    def house(self) -> list[dict]:
        blocks = []
        if arrivals := self.of("arrivals"):
            lead = _("Nous avons accueilli depuis %(day)s") % {"day": self.stretch.said}
            blocks += [heading(Mark.LETTER, _("Les nouveaux résidents")), residents(lead, arrivals)]
        if departures := self.of("departures"):
            lead = _("Ont quitté la maison, et nous leur souhaitons bonne route")
            blocks += [heading(Mark.LETTER, _("Les départs")), residents(lead, departures)]
        for places in self.of("places"):
            blocks.append(block("figure", places.value) if places.value else text(places.sentence))
        return numbered(_("La maison"), blocks)

    def territory(self) -> list[dict]:
        blocks = []
        if issues := self.of("issues"):
            blocks.append(heading(Mark.LETTER, _("Les problématiques du territoire")))
            blocks += [block("issue", issue.value) for issue in issues]
        if partners := self.of("partners"):
            blocks.append(heading(Mark.LETTER, _("Les partenariats")))
            blocks += [partnership(partner) for partner in partners]
        return numbered(_("La maison et son territoire"), blocks)

    def agenda(self) -> list[dict]:
        blocks = []
        for kind, title in [("coming", _("À venir")), ("past", _("Ce qui s’est tenu"))]:
            if found := self.of(kind):
                blocks += [heading(Mark.LETTER, title), block("meetings", listed(fact.value for fact in found))]
        return numbered(_("Les rendez-vous"), blocks)

    def map(self) -> list[dict]:
        blocks = []
        for fact in self.of("mapped"):
            figure = {"before": _("Aujourd’hui"), "value": fact.value["value"], "after": ""}
            figure["after"] = _("structures en résidence sont sur la carte.")
            blocks.append(block("figure", figure))
            if fact.value["who"]:
                lead = _("L’ont rejointe depuis %(day)s") % {"day": self.stretch.said}
                blocks.append(block("residents", {"lead": lead, "who": listed(fact.value["who"])}))
        return numbered(_("La cartographie des savoirs"), blocks)

    def posts(self, kind: RubricKind) -> list[dict]:
        known = {RubricKind.UNDERSTANDING.value, RubricKind.ACTION.value}
        here = [
            {name: fact.value[name] for name in ("post", "title", "text")}
            for fact in self.of("posts")
            if (fact.value["rubric"] if fact.value["rubric"] in known else RubricKind.NEWS.value) == kind
        ]
        return numbered(_("À lire sur le blog"), [block("posts", listed(here))] if here else [])


def numbered(title: str, blocks: list[dict]) -> list[dict]:
    return [heading(Mark.NUMBER, title), *blocks] if blocks else []


def heading(mark: Mark, title: str) -> dict:
    return block("heading", {"mark": mark.value, "text": title})


def text(words: str) -> dict:
    return block("text", html(words))


def html(words: str) -> str:
    """Plain text, an empty line between paragraphs, as rich text."""
    parts = [part.strip() for part in words.replace("\r\n", "\n").split("\n\n")]
    return "".join(f"<p>{escape(part).replace(chr(10), '<br/>')}</p>" for part in parts if part)


def residents(lead: str, facts: list[Fact]) -> dict:
    return block("residents", {"lead": lead, "who": listed(fact.value for fact in facts)})


def partnership(fact: Fact) -> dict:
    words = html(fact.value["text"] or fact.sentence)
    return block("partnership", {"partner": fact.value["partner"], "name": fact.value["name"], "text": words})
