"""Under /gestion/, beside Wagtail's own pages; names without a namespace, as all are there."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from residents.enums import SheetKind
from residents.views import sheets


class SheetKindConverter(StringConverter):
    regex = "|".join(SheetKind.values)


register_converter(SheetKindConverter, "sheet_kind")

urlpatterns = [
    path("feuilles/", sheets.sheets, name="sheets"),
    path("feuilles/<int:pk>/", sheets.sheet, name="sheet"),
    path("feuilles/<int:pk>/abandonner/", sheets.abandon, name="sheet_abandon"),
    path("feuilles/<int:pk>/a-corriger.csv", sheets.faults, name="sheet_faults"),
    path("feuilles/<sheet_kind:kind>.csv", sheets.export, {"form": "csv"}, name="sheets_csv"),
    path("feuilles/<sheet_kind:kind>.xlsx", sheets.export, {"form": "xlsx"}, name="sheets_xlsx"),
    path("feuilles/<sheet_kind:kind>-modele.xlsx", sheets.model, name="sheets_model"),
    path("feuilles/<sheet_kind:kind>-exemple.csv", sheets.example, name="sheets_example"),
]
