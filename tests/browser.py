"""What browser tests share."""

from playwright.sync_api import expect


def settled(page) -> None:
    """htmx has taken charge of what it has just drawn: before, a form works too, with a whole new page."""
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)


def virtual_key(page) -> None:
    """A device that makes passkeys and confirms at once, as a phone does after a fingerprint."""
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
