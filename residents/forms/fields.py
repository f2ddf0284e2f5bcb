"""Form fields that accept what people really paste."""

import datetime
import re
import unicodedata

from django import forms

# Zero-width spaces, marks and overrides of direction, soft hyphens: nobody means them and they disguise a text.
# The joiner of composed emoji (U+200D) stays.
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
# Other than the null character, which Django's own validator refuses in words.
CONTROL = re.compile("[\x01-\x1f\x7f-\x9f]")


def one_line(text: str) -> str:
    """`text` on one line, composed (NFC), without what cannot be seen."""
    visible = INVISIBLE.sub("", CONTROL.sub(" ", unicodedata.normalize("NFC", text)))
    return " ".join(visible.split())


class LineField(forms.CharField):
    """A text of one line; its length is counted after cleaning (a browser sends a line break as two characters)."""

    def to_python(self, value):
        return one_line(super().to_python(value) or "")


class DayInput(forms.DateInput):
    """A day to choose. What was typed that is none stays, in a field of text: a field of days would show it empty."""

    def __init__(self):
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        typed = context["widget"]["value"]
        if typed and not is_day(typed):
            context["widget"]["type"] = "text"
        return context


def is_day(text: str) -> bool:
    """As browsers write one: 2027-03-07."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
