from django.urls import path

from mailing import views

app_name = "mailing"

urlpatterns = [
    path("compte/courriers/", views.preferences, name="preferences"),
    path("courriers/refuser/<str:token>/", views.refuse, name="refuse"),
    path("courrier/", views.mails, name="mails"),
    path("courrier/<int:pk>/", views.mail, name="mail"),
    path("courrier/<int:pk>/html/", views.mail_html, name="mail_html"),
]
