import pytest
from django.db import connection

from tests.smtp import PostOffice


@pytest.fixture
def empty_queue(transactional_db):
    """Django empties the tables that it manages, and the queue's are not among them."""

    def empty():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")

    empty()
    yield
    empty()


@pytest.fixture
def post_office(settings, empty_queue):
    """A real SMTP server, open, that the settings name."""
    office = PostOffice()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.ERASE_SENT_SECRETS = True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    office.open()
    yield office
    office.close()
