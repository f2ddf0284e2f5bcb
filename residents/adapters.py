from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """How the house signs people in."""

    def is_open_for_signup(self, request):
        """Accounts are opened by the house (invitations), never by signing up."""
        return False
