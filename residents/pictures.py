"""Pictures that people send: read with care, and written anew so that nothing but the picture is left."""

from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ["AVIF", "JPEG", "PNG", "WEBP"]
ACCEPT = "image/avif,image/jpeg,image/png,image/webp"


def rewritten(upload, longest_side: int) -> ContentFile:
    """The picture of `upload` (a file) as WebP, at most `longest_side` pixels each way, under a name nobody can guess.

    Its pixels alone are kept: no EXIF, no place, no profile, nothing hidden behind the picture. It is turned as the
    camera was held. Raises ValidationError, in words, on a file that is too heavy, too large or is no picture.
    """
    if upload.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise ValidationError(
            _("Ce fichier pèse %(size)s. Choisissez une image de moins de %(most)s."),
            code="too_heavy",
            params={
                "size": filesizeformat(upload.size),
                "most": filesizeformat(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE),
            },
        )
    written = BytesIO()
    picture = _opened(upload, longest_side)
    picture.save(written, "WEBP", quality=85, icc_profile=b"")
    return ContentFile(written.getvalue(), name=f"{get_random_string(22)}.webp")


def _opened(upload, longest_side: int) -> Image.Image:
    try:
        picture = Image.open(upload, formats=FORMATS)
        if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise _too_large()
        # A large JPEG is read at the size that is needed.
        picture.draft("RGB", (longest_side, longest_side))
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((longest_side, longest_side))
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise ValidationError(
            _("Ce fichier n’est pas une image que nous savons lire. Choisissez une image JPEG, PNG, WebP ou AVIF."),
            code="no_picture",
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
        raise ValidationError(
            _("Cette image est abîmée ou incomplète. Enregistrez-la de nouveau, ou choisissez-en une autre."),
            code="broken",
        ) from error
    return picture


def _too_large() -> ValidationError:
    return ValidationError(
        _("Cette image a trop de pixels. Réduisez-la à moins de %(millions)d millions de pixels."),
        code="too_large",
        params={"millions": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000},
    )
