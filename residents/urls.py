from django.urls import path

from residents.views import directory, profile, savoirs

app_name = "residents"

urlpatterns = [
    path("residents/", directory.directory, name="directory"),
    path("residents/<slug:slug>/", profile.profile, name="profile"),
    path("savoirs/", savoirs.savoirs, name="savoirs"),
]
