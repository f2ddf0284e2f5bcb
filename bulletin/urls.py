"""Under /sur-le-feu/. An issue's address comes last."""

from django.urls import path

from bulletin.views import reading, subscribing

app_name = "bulletin"

urlpatterns = [
    path("", reading.index, name="index"),
    path("inscription/", subscribing.subscribe, name="subscribe"),
    path("confirmer/<str:token>/", subscribing.confirm, name="confirm"),
    path("quitter/<str:token>/", subscribing.leave, name="leave"),
    path("<slug:slug>/", reading.issue, name="issue"),
    path("<slug:slug>/sur-le-feu.pdf", reading.pdf, name="pdf"),
]
