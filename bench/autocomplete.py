"""How long the field of `/savoirs/` waits for its terms, with the whole vocabulary: `python -m bench.autocomplete`.

Times are those of `KnowledgeItem.objects.matching`, queries and PostgreSQL included, in milliseconds. Each input is
asked three times and its median kept; the page around it is measured by `bench.pages`.
"""

import random
import statistics
import string
import time
from collections.abc import Iterator

RUNS = 3
SEED = 7
SENTENCES = [
    "organiser des ateliers de cuisine avec les habitants du quartier",
    "nous savons écrire des dossiers de subvention pour de petites associations",
    "quelqu'un qui sache réparer des vélos et qui ait envie de transmettre",
    "accompagnement à la création d'entreprise dans les quartiers prioritaires",
    "comment faire pour que les gens se parlent dans une réunion ?",
]
TYPED = [
    *("tiers-lieu", "gouvernance", "maraichage", "mediation culturelle", "co-développement", "codev", "Scop", "ESS"),
    *("compta", "budget", "subvention", "mécénat", "marchés publics", "couture", "sérigraphie", "fanzine", "podcast"),
    *("vidéo", "photo", "son", "théâtre", "hip-hop", "yoga", "vélo", "menuiserie", "jardin", "compost", "permaculture"),
    *("cuisine du monde", "atelier cuisine", "accueil", "écoute", "FLE", "jeunes", "personnes âgées", "bénévoles"),
    *("anim équipe", "gestion de projet", "c++", "python", "excel", "site web", "logiciel libre", "anglais", "l'eau"),
]
ODD = [
    "!!!",
    "…",
    "🎉",
    "🥖 pain",
    "\0",
    "' OR 1=1 --",
    "%",
    "_",
    "a" * 300,
    "zzzzzz",
    "de la",
    "de l",
    "1",
    "2.0",
    "عربي",
]


def inputs() -> dict[str, list[str]]:
    """Some 200 texts, the same each time, by what they are like."""
    chance = random.Random(SEED)
    labels = _labels(chance)
    return {
        "une lettre": list(string.ascii_lowercase),
        "deux ou trois lettres": [label[: chance.choice((2, 3))] for label in labels[:40]],
        "un mot en cours": [label[: chance.randint(4, 9)] for label in labels[40:80]],
        "ce que l'on cherche ici": TYPED,
        "faute de frappe": [_mistyped(label[:24], chance) for label in labels[80:120]],
        "terme entier": labels[120:140],
        "phrase": SENTENCES,
        "bizarre": ODD,
    }


def _labels(chance: random.Random) -> list[str]:
    from residents.models import KnowledgeItem

    return chance.sample(list(KnowledgeItem.objects.order_by("pk").values_list("label", flat=True)), 140)


def _mistyped(text: str, chance: random.Random) -> str:
    """Two neighbouring letters swapped."""
    at = chance.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def measure(text: str) -> float:
    """Milliseconds, the median of RUNS."""
    from residents.models import KnowledgeItem

    times = []
    for _run in range(RUNS):
        started = time.perf_counter()
        KnowledgeItem.objects.matching(text)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def table() -> Iterator[tuple[str, int, float, float, float, str]]:
    """Kind of input, how many, median, 95th percentile, worst (ms), the worst input; the last line is all of them."""
    timed = {name: sorted((measure(text), text) for text in texts) for name, texts in inputs().items()}
    timed["tout"] = sorted(pair for pairs in timed.values() for pair in pairs)
    for name, pairs in timed.items():
        times = [milliseconds for milliseconds, _text in pairs]
        worst = repr(pairs[-1][1][:28])
        yield name, len(times), statistics.median(times), times[int(0.95 * (len(times) - 1))], times[-1], worst


def main() -> None:
    from residents.models import KnowledgeItem

    KnowledgeItem.objects.matching("chauffe")
    print(f"{KnowledgeItem.objects.count()} termes ; millisecondes par réponse")
    print(f"{'':26}{'saisies':>8}{'médiane':>9}{'95 %':>7}{'pire':>7}  la pire")
    for name, count, median, high, worst, text in table():
        print(f"{name:26}{count:>8}{median:>9.1f}{high:>7.1f}{worst:>7.1f}  {text}")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chaudronneries.settings")
    os.environ.setdefault("ENVIRONMENT", "local")
    os.environ.setdefault("SECRET_KEY", "bench-only")
    django.setup()
    main()
