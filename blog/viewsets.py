"""The blog's part of the back office: its rubrics, and its posts in one list wherever they stand."""

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Exists, OuterRef, Value, When
from django.db.models.functions import Cast
from django.forms import RadioSelect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageTitleColumn
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import WorkflowState

from blog import notices
from blog.models import PostPage, Rubric
from blog.standing import State, standing_of
from residents.viewsets import HouseViewSet, WithoutFormulas, named


class RubricViewSet(HouseViewSet):
    model = Rubric
    name = "rubriques"
    icon = "list-ul"
    menu_label = _("Rubriques")
    add_label = _("Ajouter une rubrique")
    list_display = ["name", "description", "position"]
    search_fields = ["name", "description"]
    ordering = ["position", "pk"]
    list_export = ["name", "slug", "description", "position"]
    panels = [
        named("name"),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("description"),
        FieldPanel("position"),
    ]


def in_review(status: str) -> Exists:
    """Of a post with its key as text: its review is at `status`."""
    states = WorkflowState.objects.filter(
        content_type=ContentType.objects.get_for_model(PostPage), object_id=OuterRef("key"), status=status
    )
    return Exists(states)


def with_standing(posts):
    """Each with the state at which it stands, as blog/standing.py says it of one."""
    posts = posts.annotate_approved_schedule().alias(
        key=Cast("pk", CharField()),
        to_review=in_review(WorkflowState.STATUS_IN_PROGRESS),
        to_revise=in_review(WorkflowState.STATUS_NEEDS_CHANGES),
    )
    found = Case(
        When(to_revise=True, then=Value(State.TO_REVISE)),
        When(to_review=True, then=Value(State.TO_REVIEW)),
        When(_approved_schedule=True, then=Value(State.SCHEDULED)),
        When(live=True, then=Value(State.PUBLISHED)),
        When(first_published_at=None, then=Value(State.DRAFT)),
        default=Value(State.WITHDRAWN),
    )
    return posts.annotate(standing=found)


class PostFilterSet(WagtailFilterSet):
    etat = django_filters.ChoiceFilter(
        label=_("État"), choices=State.choices, empty_label=_("Tous"), widget=RadioSelect, method="filter_state"
    )

    class Meta:
        model = PostPage
        fields = ["rubric", "residents"]

    def filter_state(self, posts, name, value):
        return posts.filter(standing=value)


class PostListView(WithoutFormulas, IndexView):
    page_title = _("Articles")
    add_item_label = _("Écrire un article")
    base_filterset_class = PostFilterSet
    base_columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Titre"), sort_key="title", classname="title"),
        Column("rubric", label=_("Rubrique"), accessor="rubric"),
        DateColumn("latest_revision_created_at", label=_("Modifié"), sort_key="latest_revision_created_at"),
        Column("standing", label=_("État"), accessor=lambda post: State(post.standing).label, sort_key="standing"),
    ]

    def get_base_queryset(self):
        posts = super().get_base_queryset().select_related("rubric", for_specific_subqueries=True)
        return with_standing(posts)


class PostViewSet(PageListingViewSet):
    """All the posts, to find one again or see what waits; they are written in the page editor."""

    model = PostPage
    name = "articles"
    icon = "doc-full"
    menu_label = _("Articles")
    add_to_admin_menu = True
    index_view_class = PostListView
    filterset_class = PostFilterSet
    columns = PostListView.base_columns
    list_export = ["title", "summary", "rubric", "signature", "status_string", "first_published_at", "get_absolute_url"]
    export_headings = {
        "status_string": _("État"),
        "first_published_at": _("Publié le"),
        "get_absolute_url": _("Adresse"),
    }

    @cached_property
    def export_filename(self):
        return self.name


class PostEditView(EditView):
    """Wagtail's, which tells of remarks in our words, to those who may read them where they may."""

    def send_commenting_notifications(self, changes):
        for _remark, answers in changes["new_replies"]:
            for one in answers:
                notices.tell(notices.Notice.ANSWERED, self.page.pk, one.pk, self.request.user)
        if standing_of(self.page).state == State.TO_REVISE:
            # Before the house gives the post back, its remarks wait to be told together.
            for one in changes["new_comments"]:
                notices.tell(notices.Notice.REMARKED, self.page.pk, one.pk, self.request.user)


class PostPages(PageViewSet):
    """How one post is written in the back office."""

    model = PostPage
    edit_view_class = PostEditView
