"""The site map: French addresses, stable once published."""

from django.conf import settings
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from chaudronneries import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sante/", views.health, name="health"),
    path("maison/composants/", views.components, name="components"),
    path("", include("mailing.urls")),
    path("compte/", include("allauth.urls")),
    path("gestion/documents/", include(wagtaildocs_urls)),
    path("gestion/", include(wagtailadmin_urls)),
    path("", include("residents.urls")),
    path("carte/", include("knowledge_map.urls")),
    path("", include("agenda.urls")),
]

if settings.LOCAL:
    urlpatterns.append(path("media/<path:path>", views.media))

handler400 = "chaudronneries.views.bad_request"
handler403 = "chaudronneries.views.permission_denied"
handler404 = "chaudronneries.views.page_not_found"
handler500 = "chaudronneries.views.server_error"
