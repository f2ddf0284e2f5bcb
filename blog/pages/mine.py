"""My posts: where each stands, what the house says of it, what to do next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from blog import rules
from blog.models import PostPage
from blog.standing import Standing, State, standings
from residents.models import User

MOST = 100
TONES = {
    State.DRAFT: "neutral",
    State.TO_REVIEW: "steel",
    State.TO_REVISE: "copper",
    State.SCHEDULED: "steel",
    State.PUBLISHED: "verdigris",
    State.WITHDRAWN: "neutral",
}


@dataclass(frozen=True)
class Row:
    post: PostPage
    standing: Standing
    # Proposed by who reads this list, and not only signed.
    is_own: bool

    @property
    def title(self) -> str:
        return self.post.draft_title or self.post.title

    @property
    def key(self) -> str:
        return f"article-{self.post.translation_key}"

    @property
    def tone(self) -> str:
        return TONES[self.standing.state]

    @property
    def state(self) -> str:
        """« publié », « publié, des changements à relire par la maison »."""
        if not self.standing.is_proposed_again or self.standing.state == State.PUBLISHED:
            return str(self.standing.state.label)
        return _("publié ; des changements : %(state)s") % {"state": self.standing.state.label}

    @property
    def next(self) -> str:
        """What happens now, and who is waited for."""
        match self.standing.state:
            case State.DRAFT:
                return _("Personne d’autre que ses autrices et auteurs ne le voit. Faites-le relire quand il est prêt.")
            case State.TO_REVIEW:
                return _("La maison le lit. Vous recevrez un message ; d’ici là, vous pouvez le reprendre.")
            case State.TO_REVISE:
                return _("La maison vous demande un changement. Corrigez, puis faites-le relire.")
            case State.SCHEDULED:
                return _("La maison l’a relu : il paraîtra %(when)s.") % {"when": self.standing.when}
            case State.PUBLISHED if self.standing.has_changes:
                return _("Vos changements n’ont pas été relus : le public lit encore la version d’avant.")
            case State.PUBLISHED:
                return _("Tout le monde peut le lire. Un changement se propose de la même façon.")
        return _("La maison l’a retiré du blog. Vous pouvez le changer, et le faire relire.")

    @property
    def write_label(self) -> str:
        match self.standing.state:
            case State.TO_REVISE:
                return _("Corriger")
            case State.PUBLISHED if not self.standing.has_changes:
                return _("Proposer un changement")
        return _("Continuer à écrire")

    @property
    def can_be_sent(self) -> bool:
        """Something waits to be sent; what the house asked to change is sent from where it is corrected."""
        standing = self.standing
        return standing.is_open and (standing.state == State.DRAFT or (standing.is_live and standing.has_changes))

    @property
    def can_be_discarded(self) -> bool:
        return self.is_own and self.standing.can_be_discarded


class Mine:
    """What the house gave back, then the rest, latest touched first."""

    def __init__(self, user: User):
        posts = list(
            PostPage.objects.filter(pk__in=PostPage.objects.proposed_by(user).values("pk"))
            .defer("body")
            .order_by("-latest_revision_created_at", "-pk")[:MOST]
        )
        found = standings(posts)
        rows = [Row(post, found[post.pk], rules.can_discard(user, post)) for post in posts]
        # What waits for the person comes first.
        self.rows = sorted(rows, key=lambda row: row.standing.state != State.TO_REVISE)
        self.drafts = " ".join(row.key for row in self.rows)
        self.propose = reverse("blog:propose")
