from django.urls import path

from knowledge_map.views import cooperations, map

app_name = "knowledge_map"

urlpatterns = [
    path("", map.map_page, name="map"),
    path("export/<slug:form>/", map.export, name="export"),
    path("cooperations/", cooperations.cooperations, name="cooperations"),
    path("cooperations/<slug:slug>/<slug:partner_slug>/", cooperations.answer, name="answer"),
]
