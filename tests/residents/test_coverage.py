import datetime

import pytest

from residents.enums import KnowledgeKind
from residents.models import Resident
from residents.pages.coverage import Progress, coverage
from tests.factories import DeclarationFactory, KnowledgeItemFactory, ResidentFactory, StayFactory

pytestmark = pytest.mark.django_db


def declare(resident, savoirs=0, savoir_faire=0, milieux=0):
    for kind, count in zip(KnowledgeKind, [savoirs, savoir_faire, milieux], strict=True):
        for _n in range(count):
            DeclarationFactory(resident=resident, item=KnowledgeItemFactory(kind=kind))


def progress(savoirs=0, savoir_faire=0, milieux=0):
    return Progress(dict(zip(KnowledgeKind.values, [savoirs, savoir_faire, milieux], strict=True)))


def test_coverage_of_an_empty_house():
    found = coverage()
    assert (found.mapped, found.total, found.missing) == (0, 0, [])
    assert str(found) == "0/0 structures cartographiées"


def test_coverage_counts_those_mapped_and_names_the_others_nearest_first():
    mapped, begun, almost, nothing = (ResidentFactory() for _n in range(4))
    declare(mapped, savoirs=8, savoir_faire=1, milieux=1)
    declare(begun, savoirs=2)
    declare(almost, savoirs=9)
    found = coverage()
    assert (found.mapped, found.total) == (1, 4)
    assert found.missing == [almost, begun, nothing]
    assert [resident.progress.total for resident in found.missing] == [9, 2, 0]
    assert str(found) == "1/4 structures cartographiées"


def test_coverage_says_what_the_queryset_says():
    for counts in [(8, 1, 1), (10, 0, 0), (7, 1, 1), (4, 4, 4), (9, 1, 0)]:
        declare(ResidentFactory(), *counts)
    found = coverage()
    mapped = set(Resident.objects.mapped())
    assert found.mapped == len(mapped) == 2
    assert set(found.missing) == set(Resident.objects.all()) - mapped


def test_coverage_leaves_out_those_who_left():
    gone = ResidentFactory(in_residence=False)
    StayFactory(resident=gone, ends_on=datetime.date(2024, 2, 1))
    assert coverage().total == 0


@pytest.mark.parametrize("residents", [1, 3])
def test_coverage_takes_one_query(django_assert_num_queries, residents):
    for _n in range(residents):
        declare(ResidentFactory(), savoirs=2)
    with django_assert_num_queries(1):
        coverage()


@pytest.mark.parametrize(
    "counts, still, missing",
    [
        ((0, 0, 0), 10, ["savoir", "savoir_faire", "milieu"]),
        ((10, 0, 0), 2, ["savoir_faire", "milieu"]),
        ((9, 0, 0), 2, ["savoir_faire", "milieu"]),
        ((8, 1, 0), 1, ["milieu"]),
        ((8, 1, 1), 0, []),
        ((3, 3, 3), 1, []),
    ],
)
def test_progress_says_what_is_still_to_declare(counts, still, missing):
    found = progress(*counts)
    assert (found.still_to_declare, found.missing_kinds, found.is_mapped) == (still, missing, still == 0)
