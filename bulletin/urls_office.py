"""Under /gestion/, beside Wagtail's own pages; names without a namespace, as all are there."""

from django.urls import path

from bulletin.views import drafting, sending

urlpatterns = [
    path("bulletin/", drafting.office, name="bulletin_office"),
    path("bulletin/nouveau/", drafting.new_issue, name="bulletin_new"),
    path("bulletin/<int:pk>/faits/", drafting.add_facts, name="bulletin_add_facts"),
    path("bulletin/<int:pk>/envoi/", sending.sending, name="bulletin_sending"),
    path("bulletin/<int:pk>/envoi/apercu/", sending.preview, name="bulletin_sending_preview"),
    path("bulletin/<int:pk>/envoi/essai/", sending.test, name="bulletin_sending_test"),
    path("bulletin/<int:pk>/envoi/confirmer/", sending.start, name="bulletin_sending_start"),
    path("bulletin/<int:pk>/envoi/suspendre/", sending.pause, name="bulletin_sending_pause"),
    path("bulletin/<int:pk>/envoi/reprendre/", sending.resume, name="bulletin_sending_resume"),
    path("bulletin/<int:pk>/envoi/reessayer/", sending.try_again, name="bulletin_sending_try_again"),
]
