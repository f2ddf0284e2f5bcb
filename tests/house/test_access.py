"""docs/access.md is what the house answers."""

import os

import pytest

from tests.house.access import FILE, written


@pytest.mark.django_db
def test_the_table_of_access_is_what_the_house_answers():
    """`UPDATE_ACCESS=1` writes it anew."""
    now = written()
    if os.environ.get("UPDATE_ACCESS") == "1":
        FILE.write_text(now)
    assert FILE.read_text() == now
