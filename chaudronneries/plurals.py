"""The plural of our own sentences, as French has it: none and one take the singular (« 0 étape »).

French is the language they are written in: they are in no catalogue, and what a catalogue lacks Django counts as
English does.
"""

from gettext import NullTranslations

from django.utils.translation.trans_real import translation


class FrenchPlurals(NullTranslations):
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if n < 2 else msgid2


def count_in_french() -> None:
    """Has what no catalogue holds counted in French; called once the apps are ready."""
    translation("fr").add_fallback(FrenchPlurals())
