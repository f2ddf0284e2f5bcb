"""What an issue of « Sur le feu » is made of: a flat list of blocks, as the papers are read from top to bottom.

Nobody reads these values to draw an issue: the page, the sheet and the mail are all drawn from
`bulletin.pages.reading.read_issue(issue)`, which numbers the titles and finds where each thing leads.

What is chosen (a structure, a meeting…) gives a link, and its words when none are typed: on saving, the words are
copied beside it (`clean`), so an old issue goes on saying what it said.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from agenda.times import local, say_hours
from blog.blocks import (
    CallBlock,
    EventChooserBlock,
    GalleryBlock,
    IssueChooserBlock,
    PartnerChooserBlock,
    PartsBlock,
    PictureBlock,
    QuoteBlock,
    ResidentChooserBlock,
)
from bulletin.enums import Mark, RubricKind

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link", "hr"]
LINE_FEATURES = ["bold", "italic", "link"]

SAY, TELL, SHOW = _("Dire"), _("Raconter la maison"), _("Montrer")


class CopyingBlock(PartsBlock):
    """A struct in which words that are left empty are those of what was chosen."""

    # Fields that may be left empty only when something was chosen.
    needed: tuple[str, ...] = ()

    def words_of(self, value) -> dict:
        """{field: words} of what `value` chose; {} when it chose nothing."""
        return {}

    def clean(self, value):
        value = super().clean(value)
        for field, words in self.words_of(value).items():
            if not value[field]:
                value[field] = words
        missing = [field for field in self.needed if not value[field]]
        if missing:
            raise blocks.StructBlockValidationError(
                {field: ValidationError(_("Choisissez, ou écrivez-le ici.")) for field in missing}
            )
        return value


class RubricBlock(PartsBlock):
    kind = blocks.ChoiceBlock(label=_("rubrique"), choices=RubricKind.choices, default=RubricKind.NEWS)
    title = blocks.CharBlock(
        label=_("titre"),
        max_length=200,
        required=False,
        help_text=_("« Production d’une cartographie des savoirs », « photos travaux »."),
    )

    class Meta:
        icon = "title"
        label = _("rubrique")
        group = SAY


class HeadingBlock(PartsBlock):
    mark = blocks.ChoiceBlock(label=_("devant"), choices=Mark.choices, default=Mark.NUMBER)
    text = blocks.CharBlock(label=_("titre"), max_length=200)

    class Meta:
        icon = "h2"
        label = _("titre")
        help_text = _("Les numéros et les lettres se comptent tout seuls.")
        group = SAY


class TerritorialIssueBlock(CopyingBlock):
    needed = ("title",)

    issue = IssueChooserBlock(label=_("problématique du territoire"), required=False)
    title = blocks.CharBlock(label=_("en quelques mots"), max_length=200, required=False)
    partners = blocks.TextBlock(label=_("partenaires"), max_length=3000, required=False, rows=2)
    state_of_play = blocks.TextBlock(label=_("état des lieux"), max_length=6000, required=False, rows=3)
    objectives = blocks.TextBlock(label=_("objectifs"), max_length=6000, required=False, rows=3)

    class Meta:
        icon = "site"
        label = _("problématique")
        group = TELL
        help_text = _("Choisie, écrite ici, ou les deux : ce qui reste vide vient de celle que vous avez choisie.")

    def words_of(self, value):
        if not (issue := value["issue"]):
            return {}
        return {
            "title": issue.title,
            "partners": ", ".join(partner.name for partner in issue.partners.filter(is_shown=True)),
            "state_of_play": issue.state_of_play,
            "objectives": issue.objectives,
        }


class PartnershipBlock(CopyingBlock):
    needed = ("name",)

    partner = PartnerChooserBlock(label=_("partenaire"), required=False)
    name = blocks.CharBlock(label=_("nom"), max_length=160, required=False)
    text = blocks.RichTextBlock(label=_("ce qui est en cours"), features=TEXT_FEATURES)

    class Meta:
        icon = "link"
        label = _("partenariat")
        group = TELL

    def words_of(self, value):
        return {"name": value["partner"].name} if value["partner"] else {}


class PersonOrStructureBlock(CopyingBlock):
    needed = ("name",)

    resident = ResidentChooserBlock(label=_("structure"), required=False)
    name = blocks.CharBlock(label=_("nom"), max_length=120, required=False)

    class Meta:
        icon = "group"
        label = _("structure")

    def words_of(self, value):
        return {"name": value["resident"].name} if value["resident"] else {}

    def get_searchable_content(self, value):
        """A structure is found by its own page, as long as it wishes to be; its name is not searched here."""
        return [] if value["resident"] else super().get_searchable_content(value)


class ResidentsBlock(PartsBlock):
    lead = blocks.CharBlock(
        label=_("avant la liste"), max_length=250, help_text=_("« Nous avons accueilli depuis janvier ».")
    )
    who = blocks.ListBlock(PersonOrStructureBlock(), label=_("structures"), min_num=1, max_num=60)

    class Meta:
        icon = "group"
        label = _("qui arrive, qui part")
        group = TELL


class FigureBlock(PartsBlock):
    before = blocks.CharBlock(label=_("avant"), max_length=200, required=False)
    value = blocks.CharBlock(label=_("chiffre"), max_length=12, help_text=_("« 4 », « 12/35 »."))
    after = blocks.CharBlock(label=_("après"), max_length=200, required=False)

    class Meta:
        icon = "tick-inverse"
        label = _("chiffre en grand")
        group = TELL


class ToolBlock(PartsBlock):
    name = blocks.CharBlock(label=_("outil"), max_length=120)
    text = blocks.TextBlock(label=_("ce qu’il faut en savoir"), max_length=2000, rows=3)

    class Meta:
        icon = "cog"
        label = _("outil")


class PointBlock(PartsBlock):
    text = blocks.RichTextBlock(label=_("point"), features=LINE_FEATURES)
    result = blocks.CharBlock(
        label=_("= ce que cela donne"),
        max_length=300,
        required=False,
        help_text=_("« création d’un climat de confiance » : le signe = se met tout seul."),
    )

    class Meta:
        icon = "list-ol"
        label = _("point")


class InvitationBlock(CopyingBlock):
    needed = ("title",)

    event = EventChooserBlock(label=_("rendez-vous"), required=False)
    title = blocks.CharBlock(label=_("titre"), max_length=140, required=False)
    subtitle = blocks.CharBlock(label=_("sous-titre"), max_length=200, required=False)
    day = blocks.DateBlock(label=_("jour"), required=False)
    hours = blocks.CharBlock(label=_("heures"), max_length=60, required=False)
    place = blocks.CharBlock(label=_("lieu"), max_length=200, required=False, help_text=_("« aux Chaudronneries »."))
    text = blocks.TextBlock(label=_("de quoi il s’agit"), max_length=2000, required=False, rows=3)
    objectives = blocks.ListBlock(
        blocks.TextBlock(max_length=500, rows=2, label=_("objectif")), label=_("objectifs"), default=[], max_num=9
    )

    class Meta:
        icon = "calendar"
        label = _("invitation")
        group = TELL

    def words_of(self, value):
        return words_of_event(value["event"]) if value["event"] else {}


class MeetingBlock(CopyingBlock):
    needed = ("title", "day")

    event = EventChooserBlock(label=_("rendez-vous"), required=False)
    title = blocks.CharBlock(label=_("titre"), max_length=140, required=False)
    day = blocks.DateBlock(label=_("jour"), required=False)
    hours = blocks.CharBlock(label=_("heures"), max_length=60, required=False)
    place = blocks.CharBlock(label=_("lieu"), max_length=200, required=False)

    class Meta:
        icon = "calendar"
        label = _("rendez-vous")

    def words_of(self, value):
        return words_of_event(value["event"]) if value["event"] else {}


def words_of_event(event) -> dict:
    """Its title, its first day, its hours ("" when it lasts all day) and its place."""
    return {
        "title": event.title,
        "day": local(event.starts_at).date(),
        "hours": "" if event.is_all_day else say_hours(event.starts_at, event.ends_at),
        "place": event.place,
    }


class PostLineBlock(CopyingBlock):
    needed = ("title",)

    post = blocks.PageChooserBlock(label=_("article"), target_model="blog.PostPage", required=False)
    title = blocks.CharBlock(label=_("titre"), max_length=255, required=False)
    text = blocks.TextBlock(label=_("en une ou deux phrases"), max_length=500, required=False, rows=2)

    class Meta:
        icon = "doc-full"
        label = _("article")

    def words_of(self, value):
        return {"title": value["post"].title, "text": value["post"].summary} if value["post"] else {}


class BulletinBlock(blocks.StreamBlock):
    """A rubric holds what follows it, up to the next one; what comes before the first stands on the cover."""

    rubric = RubricBlock()
    heading = HeadingBlock()
    text = blocks.RichTextBlock(label=_("texte"), icon="pilcrow", features=TEXT_FEATURES, group=SAY)
    points = blocks.ListBlock(PointBlock(), label=_("points numérotés"), icon="list-ol", max_num=30, group=SAY)
    quote = QuoteBlock(group=SAY)
    call = CallBlock(group=SAY)

    invitation = InvitationBlock()
    issue = TerritorialIssueBlock()
    partnership = PartnershipBlock()
    residents = ResidentsBlock()
    figure = FigureBlock()
    tools = blocks.ListBlock(ToolBlock(), label=_("les outils"), icon="cog", max_num=20, group=TELL)
    meetings = blocks.ListBlock(MeetingBlock(), label=_("rendez-vous"), icon="calendar", max_num=60, group=TELL)
    posts = blocks.ListBlock(PostLineBlock(), label=_("articles"), icon="doc-full", max_num=60, group=TELL)

    picture = PictureBlock(group=SHOW)
    gallery = GalleryBlock(group=SHOW)

    class Meta:
        required = False
