"""The text of a CSV file, whatever encoded and separated it."""

import codecs
import csv
import io
from collections.abc import Callable
from itertools import islice

from django.utils.translation import gettext as _

from residents.spreadsheets.sheets import MOST_LINES, Sheet, refuse

SEPARATORS = ";,\t|"
# Enough to see which separator makes headings.
SAMPLE = 60
# The longest text we hold is 6,000 signs: beyond this, a quotation mark was left open.
LONGEST_CELL = 100_000
# Signs of French, by which a table of signs is known: the others that it gives are nobody's.
FRENCH = set("éèêëàâçùûüîïôöœæÉÈÊËÀÂÇÙÛÎÏÔÖŒÆ’‘“”«»…–—€°·\u00a0")
# How a file begins that is no text: (first bytes, what it is).
OTHERS = [
    (b"%PDF", "PDF"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"{\\rtf", "RTF"),
]


def sheets(content: bytes, score: Callable[[Sheet], int]) -> list[Sheet]:
    """The one sheet of a CSV file; `score` says how many headings a sheet has, by which its separator is known."""
    refuse_others(content)
    text = decoded(content)
    separator = max(SEPARATORS, key=lambda one: score(sample(text, one)))
    return [Sheet("", dict(records(text, separator)))]


def refuse_others(content: bytes) -> None:
    for beginning, what in OTHERS:
        if content.startswith(beginning):
            if what == "xls":
                refuse(
                    _("Ce fichier est un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe.")
                    + " "
                    + _("Enregistrez-le au format XLSX ou CSV, sans mot de passe.")
                )
            refuse(_("Ce fichier n’est pas une feuille de calcul : attendu, un fichier CSV ou XLSX."))
    if content.lstrip()[:15].lower().startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        refuse(_("Ce fichier est une page web : enregistrez la feuille au format XLSX ou CSV."))


def decoded(content: bytes) -> str:
    """The text of `content`: what its first bytes say, UTF-8 if it is, else the more French of two old tables."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return strictly(content, encoding)
    if wide := guessed_utf_16(content):
        return strictly(content, wide)
    try:
        return readable(content.decode("utf-8"))
    except UnicodeDecodeError:
        return readable(max((content.decode(one, "replace") for one in ("cp1252", "mac-roman")), key=frenchness))


def guessed_utf_16(content: bytes) -> str:
    """Text without its mark: one byte of two is nothing."""
    head = content[:2000]
    if head.count(0) < len(head) // 4:
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def strictly(content: bytes, encoding: str) -> str:
    try:
        return readable(content.decode(encoding))
    except UnicodeDecodeError:
        refuse(_("Ce fichier est abîmé : enregistrez-le de nouveau, au format CSV UTF-8 ou XLSX."))


def readable(text: str) -> str:
    """Raises Unreadable for what is no text: bytes that happen to be decoded are full of control signs."""
    odd = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\v\f")
    if odd > 2 + len(text) // 200:
        refuse(_("Ce fichier n’est pas une feuille de calcul : attendu, un fichier CSV ou XLSX."))
    return text


def frenchness(text: str) -> int:
    strange = [sign for sign in text[:200_000] if not sign.isascii()]
    return sum(1 if sign in FRENCH else -2 for sign in strange)


def sample(text: str, separator: str) -> Sheet:
    """The first lines; a quotation mark that is wrong there is told when the whole is read."""
    reader = csv.reader(io.StringIO(text[: SAMPLE * 2000], newline=""), delimiter=separator)
    try:
        return Sheet("", {n: filled(cells) for n, cells in islice(enumerate(reader, 1), SAMPLE) if filled(cells)})
    except csv.Error:
        return Sheet("", {})


def filled(cells: list[str]) -> dict[int, str]:
    return {at: text.strip() for at, text in enumerate(cells) if text and not text.isspace()}


def records(text: str, separator: str):
    """(number, cells) of each line not blank, as a spreadsheet numbers them: a cell of two lines is on one line."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = kept = 0
    try:
        for number, cells in enumerate(reader, 1):
            if line := filled(cells):
                kept += 1
                yield number, line
            if kept > MOST_LINES:
                refuse(_("Cette feuille a plus de %(most)d lignes.") % {"most": MOST_LINES})
    except csv.Error:
        refuse(_("Un guillemet est mal placé, ou n’est pas refermé."), line=number + 1)
