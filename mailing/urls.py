from django.urls import path

from mailing import views

app_name = "mailing"

urlpatterns = [
    path("compte/courriers/", views.preferences, name="preferences"),
    path("courrier/", views.mails, name="mails"),
    path("courrier/<int:pk>/", views.mail, name="mail"),
]
