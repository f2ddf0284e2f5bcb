"""The real mail server and the real queue of the post office's tests."""

from tests.mailing.conftest import empty_queue, post_office

__all__ = ["empty_queue", "post_office"]
