"""The territory as everybody reads it: the questions the house works at, and with whom; on its page and in others."""

from dataclasses import dataclass

from django.db.models import Prefetch

from residents.enums import PartnerKind
from residents.models import Partner, Resident, TerritorialIssue


@dataclass(frozen=True)
class Territory:
    """`issues` with `shown_partners` and `engaged` structures; `partners` by kind, in the order of PartnerKind."""

    issues: list[TerritorialIssue]
    partners: list[tuple[PartnerKind, list[Partner]]]

    @classmethod
    def read(cls) -> "Territory":
        """In four queries."""
        found = list(Partner.objects.filter(is_shown=True))
        by_kind = [(kind, [partner for partner in found if partner.kind == kind]) for kind in PartnerKind]
        return cls(
            issues=list(with_what_is_shown(TerritorialIssue.objects.filter(is_shown=True))),
            partners=[(kind, partners) for kind, partners in by_kind if partners],
        )


def with_what_is_shown(issues):
    """With `shown_partners`, and `engaged`: the structures that have arrived, for others have no page yet."""
    return issues.prefetch_related(
        Prefetch("partners", Partner.objects.filter(is_shown=True), to_attr="shown_partners"),
        Prefetch("residents", Resident.objects.with_presence().filter(arrived_on__isnull=False), to_attr="engaged"),
    )


def issues_of(resident: Resident) -> list[TerritorialIssue]:
    """Those that `resident` is engaged in, as everybody reads them."""
    return list(resident.territorial_issues.filter(is_shown=True))
