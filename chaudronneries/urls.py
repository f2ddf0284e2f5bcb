"""The site map: French addresses, stable once published."""

from django.conf import settings
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls

from blog.views.reading import page
from chaudronneries import finding, views
from chaudronneries.portability import views as portability
from chaudronneries.search.views import search
from residents.views.communication import document

urlpatterns = [
    path("", views.home, name="home"),
    path("sante/", views.health, name="health"),
    path("maison/composants/", views.components, name="components"),
    path("", include("mailing.urls")),
    path("compte/", include("allauth.urls")),
    # Under the name by which Wagtail knows it: who may read a document is ours to say.
    path("documents/<int:document_id>/<str:document_filename>", document, name="wagtaildocs_serve"),
    path("mes-donnees/", portability.my_data, name="my_data"),
    path("mes-donnees/tout.json", portability.my_data_export, name="my_data_export"),
    path("mes-donnees/supprimer/", portability.delete_account, name="delete_account"),
    path("residents/<slug:slug>/donnees/", portability.structure_data, name="structure_data"),
    path("residents/<slug:slug>/donnees/tout.zip", portability.structure_data_export, name="structure_data_export"),
    path("residents/<slug:slug>/donnees/supprimer/", portability.delete_structure, name="delete_structure"),
    path("gestion/", include(wagtailadmin_urls)),
    path("", include("residents.urls")),
    path("carte/", include("knowledge_map.urls")),
    path("", include("agenda.urls")),
    path("blog/", include("blog.urls")),
    path("sur-le-feu/", include("bulletin.urls")),
    path("recherche/", search, name="search"),
    path("plan-du-site/", finding.site_map, name="site_map"),
    path("sitemap.xml", finding.sitemap, name="sitemap"),
    path("robots.txt", finding.robots, name="robots"),
    path("carton.png", finding.house_card, name="house_card"),
    path("carton/<slug:kind>/<slug:slug>.png", finding.page_card, name="page_card"),
]

if settings.LOCAL:
    urlpatterns.append(path("media/<path:path>", views.media))

# The standard pages, whatever their address: after all the others, under the name by which Wagtail knows it.
urlpatterns.append(re_path(r"^(?P<path>(?:[\w\-]+/)*)$", page, name="wagtail_serve"))

handler400 = "chaudronneries.views.bad_request"
handler403 = "chaudronneries.views.permission_denied"
handler404 = "chaudronneries.views.page_not_found"
handler500 = "chaudronneries.views.server_error"
