from django.urls import path

from residents.views import communication, declarations, directory, invitations, profile, savoirs, territory

app_name = "residents"

urlpatterns = [
    path("residents/", directory.directory, name="directory"),
    path("residents/<slug:slug>/", profile.profile, name="profile"),
    path("residents/<slug:slug>/modifier/", profile.edit_profile, name="edit_profile"),
    path("residents/<slug:slug>/modifier/<str:section>/", profile.edit_section, name="edit_section"),
    path("residents/<slug:slug>/partie/<str:section>/", profile.show_section, name="show_section"),
    path("residents/<slug:slug>/communication/", communication.kit, name="kit"),
    path("residents/<slug:slug>/communication/images/", communication.add_pictures, name="add_pictures"),
    path("residents/<slug:slug>/communication/images/<int:pk>/", communication.picture, name="picture"),
    path(
        "residents/<slug:slug>/communication/images/<int:pk>/supprimer/",
        communication.remove_picture,
        name="remove_picture",
    ),
    path("residents/<slug:slug>/communication/documents/", communication.add_document, name="add_document"),
    path(
        "residents/<slug:slug>/communication/documents/<int:pk>/supprimer/",
        communication.remove_document,
        name="remove_document",
    ),
    path("residents/<slug:slug>/communication/kit.zip", communication.kit_archive, name="kit_archive"),
    path("residents/<slug:slug>/personnes/", invitations.people, name="people"),
    path("residents/<slug:slug>/invitations/<int:pk>/relancer/", invitations.renew, name="renew_invitation"),
    path("residents/<slug:slug>/invitations/<int:pk>/retirer/", invitations.withdraw, name="withdraw_invitation"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("territoire/", territory.territory, name="territory"),
    path("candidater/", territory.apply, name="apply"),
    path("savoirs/", savoirs.savoirs, name="savoirs"),
    path("savoirs/termes/", savoirs.terms, name="terms"),
    path("savoirs/voisins/", savoirs.neighbours, name="neighbours"),
    path("savoirs/couverture/", savoirs.covered, name="coverage"),
    path("savoirs/changements/", savoirs.changes, name="changes"),
    path("savoirs/changements/<int:pk>/annuler/", declarations.undo, name="undo"),
    path("savoirs/declarer/", declarations.declare, name="declare"),
    path("savoirs/lecteurs/", declarations.audience, name="audience"),
    path("savoirs/<int:pk>/", declarations.declaration, name="declaration"),
    path("savoirs/<int:pk>/retirer/", declarations.withdraw, name="withdraw"),
]
