"""What every template may read."""


def house(request):
    """`my_residents`: the structures of the signed-in person, for the menu (no query: loaded with the user)."""
    user = getattr(request, "user", None)
    return {"my_residents": user.residents_list if user and user.is_authenticated else []}
