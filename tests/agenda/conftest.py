"""Who is signed in, on the pages of bookings and of series."""

import pytest


@pytest.fixture
def signed(client, member):
    """A client signed in as a member of one structure."""
    client.force_login(member)
    return client


@pytest.fixture
def managing(client, house_manager):
    client.force_login(house_manager)
    return client
