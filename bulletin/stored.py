"""Blocks as Wagtail stores them: what code writes in the body of an issue."""

import uuid


def block(kind: str, value) -> dict:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def listed(values) -> list[dict]:
    return [block("item", value) for value in values]
