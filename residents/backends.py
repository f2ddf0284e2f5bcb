from allauth.account.auth_backends import AuthenticationBackend

from residents.models import User


class EmailBackend(AuthenticationBackend):
    """allauth's sign-in by e-mail; the person comes with their roles, so that rules ask the database nothing."""

    def get_user(self, user_id):
        user = User.objects.with_roles().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
