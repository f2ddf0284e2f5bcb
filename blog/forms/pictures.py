"""A picture of a post, at its head, in its body or in a gallery: sent, or chosen among the house's."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.forms.offers import THUMBNAIL, Offers
from residents.forms.fields import LineField
from residents.forms.uploads import PictureField


class PictureForm(forms.Form):
    """`value` is {"image": key or None, "alt", "caption", "credit"}, of which the last two may not be there."""

    kind = "picture"
    called = gettext_lazy("Image")

    image = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    file = PictureField(
        label=gettext_lazy("Prendre ou envoyer une photo"),
        help_text=gettext_lazy("10 Mo au plus. Le lieu et l’appareil qu’elle retient sont effacés."),
    )
    alt = LineField(
        label=gettext_lazy("Ce que l’on y voit"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Lu à voix haute à qui ne la voit pas."),
    )
    caption = LineField(label=gettext_lazy("Légende"), max_length=250, required=False)
    credit = LineField(
        label=gettext_lazy("Crédit"), max_length=150, required=False, help_text=gettext_lazy("Qui l’a faite.")
    )

    def __init__(self, prefix: str, stored: dict, offers: Offers, data=None, files=None, *, leave_out: tuple = ()):
        self.id, self.stored, self.offers = prefix, stored, offers
        self.is_choosing = False
        super().__init__(data, files, prefix=prefix, initial=stored)
        for name in leave_out:
            del self.fields[name]

    def clean_image(self):
        pk = self.cleaned_data["image"]
        if pk and self.offers.picture(pk) is None:
            raise forms.ValidationError(_("Cette image n’est pas l’une des vôtres. Choisissez-en une autre."))
        return pk

    def put(self, pk: int | None) -> None:
        """Make `pk` the picture of this form, as if it had been chosen."""
        self.chosen = pk
        if self.is_bound:
            self.data = self.data.copy()
            self.data[self.add_prefix("image")] = str(pk or "")

    def take_upload(self, store) -> None:
        """Keep the picture that came with the form, by `store(file=, credit=)`, which returns it."""
        sent = self.cleaned_data.get("file") if self.is_bound else None
        if sent:
            self.put(store(file=sent, title=sent.title, credit=self.cleaned_data.get("credit", "")).pk)

    def value(self) -> dict:
        """What was typed; of what is refused, what stood."""
        names = [name for name in self.fields if name != "file"]
        typed = {name: self.cleaned_data.get(name, self.stored.get(name)) for name in names}
        return {**self.stored, **typed, **({"image": self.chosen} if hasattr(self, "chosen") else {})}

    @property
    def picture(self):
        """The picture chosen so far, None without."""
        if hasattr(self, "chosen"):
            return self.offers.picture(self.chosen)
        typed = self["image"].value()
        return self.offers.picture(int(typed)) if str(typed or "").isdecimal() and len(str(typed)) < 10 else None

    @property
    def thumbnail(self):
        return self.picture.get_rendition(THUMBNAIL)

    @property
    def choices(self) -> list[tuple]:
        """While one chooses: (the picture, as it is shown, whether it is the one)."""
        current = self.picture.pk if self.picture else None
        return [(one, one.get_rendition(THUMBNAIL), one.pk == current) for one in self.offers.pictures]

    @property
    def shown(self) -> list[tuple[forms.BoundField, bool]]:
        """What is said of the picture, once there is one: (the field, whether its being optional goes unsaid)."""
        said = [self[name] for name in ("alt", "caption", "credit") if name in self.fields]
        return [(field, field.name == "alt") for field in said] if self.picture or any(f.value() for f in said) else []
