"""Our own sentences, printed as French is: they are in no catalogue, so what a catalogue lacks passes here.

French is the language they are written in. None and one take the singular (« 0 étape »), where Django counts what it
does not find as English does; double signs and guillemets stay on the line of their words.
"""

from functools import lru_cache
from gettext import NullTranslations

from django.utils.translation.trans_real import CONTEXT_SEPARATOR, translation

from residents.typography import unbroken

typeset = lru_cache(maxsize=8192)(unbroken)


class OwnSentences(NullTranslations):
    def gettext(self, message: str) -> str:
        return typeset(message.rpartition(CONTEXT_SEPARATOR)[2])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n < 2 else msgid2)


def print_in_french() -> None:
    """Has what no catalogue holds printed in French; called once the apps are ready."""
    translation("fr").add_fallback(OwnSentences())
