"""Every rule kept by the database has a name of ours and speaks French."""

from django.apps import apps
from django.db.models import BaseConstraint

OURS = {"mailing", "residents", "knowledge_map", "agenda", "blog", "bulletin"}


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def test_constraint_speaks():
    silent = [
        constraint.name
        for model in our_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message == BaseConstraint.default_violation_error_message
    ]
    assert silent == []


def test_uniqueness_of_several_fields_is_a_named_constraint():
    assert [model.__name__ for model in our_models() if model._meta.unique_together] == []


def test_model_names_are_lower_case():
    odd = [str(m._meta.verbose_name) for m in our_models() if str(m._meta.verbose_name)[0].isupper()]
    assert odd == []
