"""The forms of the back office: a space with its week and its parts, a closure, public holidays."""

import datetime
import itertools
import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.images import get_image_model
from wagtail.models import Collection

from agenda.enums import Weekday
from agenda.models import Booking, Occupation, OpeningHours, Space
from agenda.models.spaces import secret
from residents.forms.back_office import LONGEST_SIDE, ConstrainedForm
from residents.pictures import ACCEPT, rewritten

COLLECTION = "Espaces"
# 8, 8h, 8 h 30, 8:30, 08h30; minuit
TIME = re.compile(r"(?P<hour>\d{1,2})\s*(?:[h:]\s*(?P<minute>\d{2})?)?", re.IGNORECASE)


def read_time(text: str) -> datetime.time:
    """The time that people mean by "8", "8 h 30", "08:30" or "minuit"; ValidationError for anything else."""
    text = text.strip()
    if text.lower() in {"minuit", "24", "24h", "24 h", "24:00"}:
        return datetime.time.min
    found = TIME.fullmatch(text)
    try:
        return datetime.time(int(found["hour"]), int(found["minute"] or 0))
    except (TypeError, ValueError):
        raise ValidationError(_("« %(text)s » n’est pas une heure : écrivez 8 h 30."), "time", {"text": text}) from None


def read_hours(text: str) -> list[tuple[datetime.time, datetime.time]]:
    """The stretches of "8 h – 12 h, 14 h – 22 h", in order; nothing is closed. ValidationError says what is wrong."""
    stretches = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]|\bet\b", text))):
        ends = re.split(r"\s*(?:-|–|—|\bà\b)\s*", part)
        if len(ends) != 2:
            raise ValidationError(_("« %(part)s » : écrivez 8 h – 12 h."), "stretch", {"part": part})
        opens, closes = (read_time(end) for end in ends)
        if datetime.time.min < closes <= opens:
            raise ValidationError(_("« %(part)s » : la fermeture vient avant l’ouverture."), "order", {"part": part})
        stretches.append((opens, closes))
    stretches.sort()
    for (_opens, closes), (next_opens, _closes) in itertools.pairwise(stretches):
        if closes == datetime.time.min or next_opens < closes:
            raise ValidationError(_("Deux horaires de ce jour se chevauchent."), "overlap")
    return stretches


def say_hours(stretches) -> str:
    """What `read_hours` reads: 08:00 – 12:00, 14:00 – minuit"""
    return ", ".join(
        f"{opens:%H:%M} – {closes:%H:%M}" if closes != datetime.time.min else f"{opens:%H:%M} – minuit"
        for opens, closes in stretches
    )


class HoursField(forms.CharField):
    def __init__(self, weekday: Weekday):
        super().__init__(label=weekday.label.capitalize(), required=False, max_length=100)

    def clean(self, value):
        return read_hours(super().clean(value))


class SpaceForm(ConstrainedForm):
    """A space, its week written as people write it, and its picture, sent with it."""

    picture_file = forms.FileField(
        label=gettext_lazy("photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("JPEG, PNG, WebP ou AVIF, de moins de 10 Mo ; elle remplace la précédente."),
    )
    picture_removed = forms.BooleanField(label=gettext_lazy("retirer la photo"), required=False)
    door_renewed = forms.BooleanField(
        label=gettext_lazy("changer l’adresse secrète"),
        required=False,
        help_text=gettext_lazy("L’ancienne ne répond plus : l’écran de la porte est à ouvrir de nouveau."),
    )
    hours_0, hours_1, hours_2, hours_3, hours_4, hours_5, hours_6 = (HoursField(day) for day in Weekday)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parts"].queryset = Space.objects.elementary().exclude(pk=self.instance.pk)
        for day in Weekday:
            kept = self.instance.opening_hours.filter(weekday=day) if self.instance.pk else []
            self.fields[f"hours_{day}"].initial = say_hours((hours.opens_at, hours.closes_at) for hours in kept)

    def clean_picture_file(self):
        sent = self.cleaned_data["picture_file"]
        return rewritten(sent, LONGEST_SIDE) if sent else None

    def clean_parts(self):
        parts = self.cleaned_data["parts"]
        if parts and self.instance.pk and self.instance.wholes.exists():
            raise ValidationError(_("Cet espace fait déjà partie d’un autre : il ne se divise pas."))
        if self.instance.pk and (taken := bookings_in_the_way(self.instance, parts)):
            raise ValidationError(
                _("Une réservation à venir de cet espace tombe sur une de celles de %(spaces)s : décidez-la d’abord."),
                "taken",
                {"spaces": ", ".join(sorted({occupation.space.name for occupation in taken}))},
            )
        return parts

    def save(self, commit=True):
        if self.cleaned_data["door_renewed"]:
            self.instance.door_token = secret()
        return super().save(commit)

    def _save_m2m(self):
        super()._save_m2m()
        self.instance.opening_hours.all().delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(space=self.instance, weekday=day, opens_at=opens, closes_at=closes)
            for day in Weekday
            for opens, closes in self.cleaned_data[f"hours_{day}"]
        )
        self._save_picture()

    def _save_picture(self):
        sent, former = self.cleaned_data["picture_file"], self.instance.picture
        if not sent and not (former and self.cleaned_data["picture_removed"]):
            return
        self.instance.picture = store_picture(self.instance, sent) if sent else None
        self.instance.save(update_fields=["picture"])
        if former:
            former.delete()


def bookings_in_the_way(whole: Space, parts) -> list[Occupation]:
    """What others hold of `parts` while bookings of `whole` that are not over would need them."""
    needed = whole.bookings.holding().filter(ends_at__gt=timezone.now()).values_list("starts_at", "ends_at")
    met = Q(pk=None)
    for starts_at, ends_at in needed:
        met |= Q(during__overlap=(starts_at, ends_at))
    return list(Occupation.objects.filter(met, space__in=parts).exclude(booking__space=whole).select_related("space"))


def store_picture(space: Space, picture):
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=COLLECTION).first() or root.add_child(name=COLLECTION)
    image = get_image_model()(title=space.name, file=picture, collection=collection)
    image._set_image_file_metadata()
    image.save()
    return image


class HolidaysForm(forms.Form):
    """Which of the year's public holidays become closures of the whole house."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Jours fériés"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Cochez au moins un jour.")},
    )

    def __init__(self, proposed: dict[datetime.date, str], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposed = {day.isoformat(): name for day, name in proposed.items()}
        self.fields["days"].choices = [(day, name) for day, name in self.proposed.items()]


class YearForm(forms.Form):
    annee = forms.IntegerField(label=gettext_lazy("Année"), required=False, min_value=2020, max_value=2100)

    @property
    def year(self) -> int:
        """The year asked for, or this one: the next from November on, when one prepares it."""
        today = timezone.localdate()
        this = today.year + (today.month >= 11)
        return (self.cleaned_data.get("annee") or this) if self.is_valid() else this


class DecisionsForm(forms.Form):
    """What becomes of the bookings that a closure meets: those of `cancelled` are, the others are kept knowingly."""

    word = forms.CharField(
        label=gettext_lazy("Un mot à celles et ceux dont la réservation est annulée"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    cancelled = forms.ModelMultipleChoiceField(label=gettext_lazy("À annuler"), queryset=None, required=False)

    def __init__(self, bookings, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cancelled"].queryset = Booking.objects.filter(pk__in=[booking.pk for booking in bookings])
