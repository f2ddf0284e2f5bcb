"""What keeps robots from a form that anybody may send, without a third party."""

import time

from allauth.core.internal.ratelimit import consume
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Nobody reads a form and fills it sooner; a form opened before yesterday is read again.
SECONDS_TO_FILL = 3
SECONDS_OF_LIFE = 24 * 60 * 60
SALT = "residents.forms.robots"


def opened_at(seconds: float | None = None) -> str:
    """The signed mark of a form opened at that time (in seconds since 1970; now by default)."""
    return signing.dumps(int(time.time() if seconds is None else seconds), salt=SALT)


class ForPeople(forms.Form):
    """A form for people: robots fill `website`, which people do not see (`is_robot`), or send it as soon as it opens.

    Too early or too late is an error beside the others: what was typed stays, with a new mark. Draw it with
    `components/robots.html`.
    """

    website = forms.CharField(
        label=gettext_lazy("Laissez cette case vide"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["opened"].initial = opened_at

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    @property
    def fields_for_people(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name != "website"]

    def clean(self):
        cleaned = super().clean()
        if refusal := too_early_or_late(cleaned.get("opened", "")):
            self.data = self.data.copy()
            self.data[self.add_prefix("opened")] = opened_at()
            raise ValidationError(refusal, "opened")
        return cleaned


def too_early_or_late(mark: str) -> str:
    """In words, or ""."""
    try:
        seconds = time.time() - signing.loads(mark, salt=SALT)
    except (signing.BadSignature, TypeError):
        seconds = SECONDS_OF_LIFE + 1
    if seconds < SECONDS_TO_FILL:
        return _("Vous avez été très rapide : relisez-vous, puis envoyez à nouveau.")
    if seconds > SECONDS_OF_LIFE:
        return _("Ce formulaire était ouvert depuis longtemps : relisez-vous, puis envoyez à nouveau.")
    return ""


def allowed(request, action: str, limits: dict[str, str], key: str | None = None) -> bool:
    """Whether `action` is still within its limit of `limits` ("12/h/ip", "3/d/key"), counted by all the workers."""
    return consume(request, app="residents", action=action, config=limits, key=key) is not None
