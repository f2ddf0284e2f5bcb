"""The lists of steps, as their tests read and tick them."""

from django.urls import reverse

from residents.pages import welcome


def lists(resident, user):
    return welcome.checklists(welcome.one_with_steps(resident.slug, user), user)


def seen(resident, user) -> list[tuple[str, bool]]:
    [checklist] = lists(resident, user)
    return [(line.title, line.is_done) for line in checklist.lines]


def page(resident) -> str:
    return reverse("residents:steps", args=[resident.slug])


def at(resident, step) -> str:
    return reverse("residents:step", args=[resident.slug, step.pk])


def tick(client, resident, step, done="oui", **data):
    return client.post(at(resident, step), {"done": done, "read": step.text_mark, **data})


def messages_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]
