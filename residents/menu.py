"""Entries of the back office's menu for those whom a rule lets in."""

from collections.abc import Callable

from wagtail.admin.menu import MenuItem

from residents.models import User


class MenuItemFor(MenuItem):
    """For those who `may`, one of the rules."""

    def __init__(self, *args, may: Callable[[User], bool], **kwargs):
        super().__init__(*args, **kwargs)
        self.may = may

    def is_shown(self, request):
        return self.may(request.user)
