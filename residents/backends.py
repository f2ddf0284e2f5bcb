from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from residents.models import User


class EmailBackend(AuthenticationBackend):
    """allauth's sign-in by e-mail; the person comes with their roles, so that rules ask the database nothing.

    And with `has_second_factor`: an application of codes, or a key.
    """

    def get_user(self, user_id):
        # Backup codes stand in for a factor, they are none.
        factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        people = User.objects.with_roles().annotate(has_second_factor=Exists(factors))
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
