"""What a structure gives to be talked about, as its members send it."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from residents.actions import communication as actions


def photograph(name="forge.jpg", **options) -> SimpleUploadedFile:
    """A JPEG as a phone sends it, with where it was taken."""
    written = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Téléphone"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (800, 500), "#27506b").save(written, "JPEG", exif=exif, **options)
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def document_of(resident, by, name="plaquette.pdf"):
    file = SimpleUploadedFile(name, b"%PDF-1.4 bonjour", "application/pdf")
    return actions.add_document(resident=resident, file=file, title="Plaquette", by=by)
