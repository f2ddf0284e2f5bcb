"""Reasons of a suggestion, as they are kept."""

from residents.enums import KnowledgeKind


def told(label, kind=KnowledgeKind.SAVOIR):
    return {"id": 1, "label": label, "kind": kind}


def shared(*labels):
    return {"channel": "shared", "items": [told(label) for label in labels]}
