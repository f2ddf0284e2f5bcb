"""What those who register are asked: a few rows, of which the empty ones count for nothing."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.enums import QuestionKind
from agenda.models import Event, EventQuestion
from residents.forms.fields import LineField
from residents.forms.profile import ParagraphsField

MOST_QUESTIONS = 12
SPARE_QUESTIONS = 2


class QuestionForm(forms.ModelForm):
    label = LineField(label=gettext_lazy("Question"), max_length=160, required=False)
    choices = ParagraphsField(
        label=gettext_lazy("Choix, un par ligne"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = EventQuestion
        fields = ["label", "kind", "choices", "is_required"]

    def clean(self):
        super().clean()
        said = self.cleaned_data.get("label")
        if not said and (self.cleaned_data.get("choices") or self.instance.pk) and not self.cleaned_data.get("DELETE"):
            self.add_error("label", _("Écrivez la question."))
        if said and self.cleaned_data.get("kind") == QuestionKind.CHOICE and len(self.lines()) < 2:
            self.add_error("choices", _("Donnez au moins deux choix, un par ligne."))
        return self.cleaned_data

    def lines(self) -> list[str]:
        return list(filter(None, map(str.strip, self.cleaned_data.get("choices", "").splitlines())))


class BaseQuestions(forms.BaseInlineFormSet):
    @property
    def asked(self) -> list[dict]:
        """Of a valid formset, the questions in their order, as actions.events takes them."""
        kept = [form for form in self.forms if form.cleaned_data.get("label") and not form.cleaned_data.get("DELETE")]
        return [
            {
                "pk": form.instance.pk,
                "label": form.cleaned_data["label"],
                "kind": form.cleaned_data["kind"],
                "choices": "\n".join(form.lines()) if form.cleaned_data["kind"] == QuestionKind.CHOICE else "",
                "is_required": form.cleaned_data["is_required"],
            }
            for form in kept
        ]


QuestionFormSet = forms.inlineformset_factory(
    Event,
    EventQuestion,
    form=QuestionForm,
    formset=BaseQuestions,
    extra=SPARE_QUESTIONS,
    max_num=MOST_QUESTIONS,
    absolute_max=MOST_QUESTIONS + SPARE_QUESTIONS,
    validate_max=True,
)
