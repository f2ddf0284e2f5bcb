"""What browser tests share."""

from playwright.sync_api import expect


def settled(page) -> None:
    """htmx has taken charge of what it has just drawn: before, a form works too, with a whole new page."""
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)
