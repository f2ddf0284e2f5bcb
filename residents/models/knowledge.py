from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from residents.enums import Audience, Evidence, KnowledgeKind, Scheme, Stance
from residents.models.fields import searchable_column
from residents.models.people import User
from residents.models.search import KnowledgeItemQuerySet
from residents.models.structures import Resident


class Domain(models.Model):
    """One of ROME's professional domains (K12 Action sociale...): what ties items and gives the map its regions."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    label = models.CharField(_("intitulé"), max_length=200)
    family = models.CharField(_("famille"), max_length=200)

    class Meta:
        verbose_name = _("domaine")
        verbose_name_plural = _("domaines")
        ordering = ["code"]

    def __str__(self):
        return self.label


class KnowledgeItem(models.Model):
    """A savoir, a savoir-faire or a milieu de référence: a term of the vocabulary and a node of the map."""

    kind = models.CharField(_("nature"), max_length=20, choices=KnowledgeKind)
    label = models.CharField(_("intitulé"), max_length=300)
    searchable = searchable_column("label")
    scheme = models.CharField(_("source"), max_length=20, choices=Scheme)
    code = models.CharField(_("code"), max_length=120, blank=True)
    # No longer in the source's newest release: kept for those who declared it, proposed to nobody.
    retired = models.BooleanField(_("retiré"), default=False)
    # The domain where the term is most at home, and all those whose métiers hold it.
    domain = models.ForeignKey(
        Domain, models.SET_NULL, null=True, blank=True, related_name="home_items", verbose_name=_("domaine")
    )
    domains = models.ManyToManyField(Domain, related_name="items", blank=True, verbose_name=_("domaines"))
    # How many métiers hold it: among equals, the most usual term is proposed first.
    occupation_count = models.PositiveIntegerField(_("métiers"), default=0)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("proposé par")
    )

    objects = KnowledgeItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("élément de savoir")
        verbose_name_plural = _("éléments de savoir")
        ordering = ["searchable", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "searchable"],
                name="item_unique",
                violation_error_message=_("Ce terme existe déjà."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "code"],
                condition=~models.Q(code=""),
                name="item_code_unique",
                violation_error_message=_("Ce code existe déjà dans cette source."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=KnowledgeKind.values),
                name="item_kind_known",
                violation_error_message=_("Cette nature n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(scheme__in=Scheme.values),
                name="item_scheme_known",
                violation_error_message=_("Cette source n’existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(searchable=""),
                name="item_label_readable",
                violation_error_message=_("Le terme doit contenir au moins une lettre ou un chiffre."),
            ),
        ]
        indexes = [
            models.Index(OpClass("searchable", "text_pattern_ops"), name="item_prefix"),
            GinIndex(OpClass("searchable", "gin_trgm_ops"), name="item_trigrams"),
        ]

    def __str__(self):
        return self.label

    def standing(self) -> "KnowledgeItem":
        """The term that says it now: itself, or what it was merged into, however far; one query a merge."""
        item = self
        while item.retired and (merge := Merge.objects.in_force().filter(item=item).select_related("into").first()):
            item = merge.into
        return item


class MergeQuerySet(models.QuerySet):
    def in_force(self):
        """Those that were not undone."""
        return self.filter(undone_at=None)


class Merge(models.Model):
    """Two terms said the same thing: one was merged away, and leads to the other until the merge is undone.

    `moved` says what the merge did to each structure that declared `item`, in the order of their keys: `{"resident":
    key, "item": state, "into": state or None, "after": state, "since": ISO instant}`, the states of both declarations
    before and of `into` after, as `DeclarationChange` keeps them, and since when `item` was declared.
    """

    item = models.ForeignKey(KnowledgeItem, models.PROTECT, related_name="merges", verbose_name=_("terme fusionné"))
    into = models.ForeignKey(KnowledgeItem, models.PROTECT, related_name="merged", verbose_name=_("terme gardé"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("le"), auto_now_add=True)
    # The source had already let go of `item`, which undoing does not bring back.
    was_retired = models.BooleanField(_("était déjà retiré"), default=False)
    moved = models.JSONField(_("déclarations déplacées"), default=list)
    undone_at = models.DateTimeField(_("annulée le"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("annulée par")
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fusion de termes")
        verbose_name_plural = _("fusions de termes")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(undone_at=None),
                name="merge_once",
                violation_error_message=_("Ce terme est déjà fusionné avec un autre."),
            ),
            models.CheckConstraint(
                condition=~models.Q(item=models.F("into")),
                name="merge_two_terms",
                violation_error_message=_("Un terme ne fusionne pas avec lui-même."),
            ),
            models.CheckConstraint(
                condition=models.Q(undone_by=None) | models.Q(undone_at__isnull=False),
                name="merge_undone_by_somebody",
                violation_error_message=_("Qui annule une fusion l’annule à une date."),
            ),
        ]

    def __str__(self):
        return _("« %(item)s » fusionné dans « %(into)s »") % {"item": self.item, "into": self.into}

    def get_absolute_url(self):
        return reverse("fusions:edit", args=[self.pk])

    def say_state(self) -> str:
        return str(_("annulée") if self.undone_at else _("en vigueur"))


class Synonym(models.Model):
    """Another label of an item: what the sources give, and what merged terms leave."""

    item = models.ForeignKey(KnowledgeItem, models.CASCADE, related_name="synonyms", verbose_name=_("terme"))
    # The merge that left it, and takes it away when undone; none when a source gives it.
    left_by = models.ForeignKey(
        Merge, models.CASCADE, null=True, blank=True, related_name="synonyms", verbose_name=_("laissé par la fusion")
    )
    label = models.CharField(_("intitulé"), max_length=300)
    searchable = searchable_column("label")

    class Meta:
        verbose_name = _("synonyme")
        verbose_name_plural = _("synonymes")
        ordering = ["searchable"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "searchable"],
                name="synonym_once",
                violation_error_message=_("Ce synonyme figure déjà."),
            )
        ]
        indexes = [
            models.Index(OpClass("searchable", "text_pattern_ops"), name="synonym_prefix"),
            GinIndex(OpClass("searchable", "gin_trgm_ops"), name="synonym_trigrams"),
        ]

    def __str__(self):
        return self.label


class Occupation(models.Model):
    """A ROME métier; the items that it holds go along with one another."""

    code = models.CharField(_("code"), max_length=5, unique=True)
    label = models.CharField(_("intitulé"), max_length=300)
    domain = models.ForeignKey(Domain, models.CASCADE, related_name="occupations", verbose_name=_("domaine"))
    items = models.ManyToManyField(KnowledgeItem, related_name="occupations", verbose_name=_("éléments"))

    class Meta:
        verbose_name = _("métier")
        verbose_name_plural = _("métiers")
        ordering = ["code"]

    def __str__(self):
        return self.label


class DeclarationQuerySet(models.QuerySet):
    def known_in_house(self):
        """Those that every resident may read: what is proposed to one must not tell what another keeps to itself."""
        return self.exclude(resident__savoirs_audience=Audience.HOUSE)


class Declaration(models.Model):
    """A structure offers or seeks an item."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="declarations", verbose_name=_("structure"))
    item = models.ForeignKey(KnowledgeItem, models.PROTECT, related_name="declarations", verbose_name=_("élément"))
    stance = models.CharField(_("position"), max_length=20, choices=Stance, default=Stance.OFFER)
    note = models.CharField(_("précision"), max_length=300, blank=True)
    evidence = models.CharField(_("appui"), max_length=20, choices=Evidence, default=Evidence.DECLARED)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("déclaré par"))
    created_at = models.DateTimeField(_("déclaré le"), auto_now_add=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("déclaration")
        verbose_name_plural = _("déclarations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "item"],
                name="declaration_once",
                violation_error_message=_("Votre structure a déjà déclaré cet élément."),
            ),
            models.CheckConstraint(
                condition=models.Q(stance__in=Stance.values),
                name="declaration_stance_known",
                violation_error_message=_("Choisissez « offre » ou « recherche »."),
            ),
            models.CheckConstraint(
                condition=models.Q(evidence__in=Evidence.values),
                name="declaration_evidence_known",
                violation_error_message=_("Cet appui n’existe pas."),
            ),
        ]

    def __str__(self):
        return f"{self.resident} – {self.item}"


class DeclarationChange(models.Model):
    """Who changed what a structure declares, and when; what undoing reads.

    `before` and `after` hold `{"stance", "note", "evidence"}`; null means that the item was not declared.
    """

    resident = models.ForeignKey(
        Resident, models.CASCADE, related_name="declaration_changes", verbose_name=_("structure")
    )
    item = models.ForeignKey(
        KnowledgeItem, models.CASCADE, related_name="declaration_changes", verbose_name=_("élément")
    )
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("le"), auto_now_add=True)
    before = models.JSONField(_("avant"), null=True)
    after = models.JSONField(_("après"), null=True)

    class Meta:
        verbose_name = _("changement de déclaration")
        verbose_name_plural = _("changements de déclarations")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.resident} – {self.item}, {self.at:%d/%m/%Y %H:%M}"
