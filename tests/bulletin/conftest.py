"""The real mail server and the real queue of the post office's tests, and the pace at which an issue leaves."""

import pytest

from tests.mailing.conftest import empty_queue, post_office

__all__ = ["empty_queue", "post_office"]


@pytest.fixture
def all_at_once(settings):
    """So many copies a minute that one batch holds them all."""
    settings.BULLETIN_MAILS_A_MINUTE = 6 * 1000


@pytest.fixture
def by_two(settings):
    """Two copies at a time."""
    settings.BULLETIN_MAILS_A_MINUTE = 12
