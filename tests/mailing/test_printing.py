"""A mail of the demonstration, as it is printed where `make run` was typed."""

import io

from django.core.mail import EmailMultiAlternatives

from mailing.printing import EmailBackend


def test_what_a_person_reads_is_printed_without_its_html():
    printed = io.StringIO()
    mail = EmailMultiAlternatives("À relire", "Bonjour Ana,\n\nUn article attend.\n", to=["ana@atelier.example"])
    mail.attach_alternative("<p>Bonjour</p>", "text/html")

    EmailBackend(stream=printed).send_messages([mail])

    rule, *lines = printed.getvalue().splitlines()
    assert (rule, lines) == (
        "-" * 79,
        ["ana@atelier.example : À relire", "", "Bonjour Ana,", "", "Un article attend.", ""],
    )
