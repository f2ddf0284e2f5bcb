"""The territory as each reads it: the questions the house works at, and with whom; on its page and in others."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from residents import rules
from residents.enums import PartnerKind
from residents.models import Agreement, Partner, Resident, TerritorialIssue, User


@dataclass(frozen=True)
class Territory:
    """`issues` with `shown_partners` and `engaged` structures; `partners` by kind, in the order of PartnerKind."""

    issues: list[TerritorialIssue]
    partners: list[tuple[PartnerKind, list[Partner]]]

    @classmethod
    def read(cls, reader: User) -> "Territory":
        """In four queries."""
        found = list(Partner.objects.filter(is_shown=True))
        by_kind = [(kind, [partner for partner in found if partner.kind == kind]) for kind in PartnerKind]
        issues = with_engaged(TerritorialIssue.objects.filter(is_shown=True), reader)
        shown = Prefetch("partners", Partner.objects.filter(is_shown=True), to_attr="shown_partners")
        return cls(
            issues=list(issues.prefetch_related(shown)),
            partners=[(kind, partners) for kind, partners in by_kind if partners],
        )


@dataclass(frozen=True)
class PartnerReading:
    """A partner and what the house does with it: `issues` with their `engaged` structures, `agreements` by their end.

    The house reads the agreements that are not shown, too, and which end soon (`told_state`): to others, they hold. The
    contact is for it alone.
    """

    partner: Partner
    issues: list[TerritorialIssue]
    agreements: list[Agreement]
    is_house: bool

    @classmethod
    def of(cls, partner: Partner, reader: User) -> "PartnerReading":
        """In three queries."""
        is_house = rules.is_house_manager(reader)
        agreements = partner.agreements.by_end(timezone.localdate()).select_related("document")
        agreements = list(agreements if is_house else agreements.filter(is_shown=True))
        for agreement in agreements:
            agreement.told_state = agreement.state if is_house else agreement.state_for_others
        return cls(
            partner=partner,
            issues=list(with_engaged(partner.issues.filter(is_shown=True), reader)),
            agreements=agreements,
            is_house=is_house,
        )

    @property
    def has_contact(self) -> bool:
        return bool(self.partner.contact_name or self.partner.contact_email)

    @property
    def edit_url(self) -> str:
        return reverse("partenaires:edit", args=[self.partner.pk])

    @property
    def is_empty(self) -> bool:
        return not (self.partner.together or self.issues or self.agreements)


def with_engaged(issues, reader: User):
    """With `engaged`: the structures that have arrived and that `reader` is told of, for others have no page."""
    engaged = Resident.objects.with_presence().filter(rules.met(reader), arrived_on__isnull=False)
    return issues.prefetch_related(Prefetch("residents", engaged, to_attr="engaged"))


def issues_of(resident: Resident) -> list[TerritorialIssue]:
    """Those that `resident` is engaged in, as everybody reads them."""
    return list(resident.territorial_issues.filter(is_shown=True))


def is_shown_with_an_agreement(document) -> bool:
    """Does the page of a partner, that everybody reads, give this document with an agreement?"""
    return Agreement.objects.filter(document=document, is_shown=True, partner__is_shown=True).exists()
