"""Static files for production: compressed, hashed, and the style sheet in one piece."""

import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>[\w.-]+)\);')


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Replaces each `@import url("x.css") layer(y);` of css/main.css by the file itself: one request, not twenty."""

    bundle = "css/main.css"
    # Style sheets and our own modules name other files by their hashed names; libraries' scripts are left as they
    # are: some name files that are not there.
    patterns = (CompressedManifestStaticFilesStorage.patterns[0],)
    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def post_process(self, paths, dry_run=False, **options):
        if self.bundle in paths and not dry_run:
            source, path = paths[self.bundle]
            with source.open(path) as file:
                css = file.read().decode()
            self.delete(self.bundle)
            self._save(self.bundle, ContentFile(IMPORT.sub(lambda found: self.layered(source, found), css)))
            paths = {**paths, self.bundle: (self, self.bundle)}
        yield from super().post_process(paths, dry_run, **options)

    def layered(self, source, found) -> str:
        with source.open(f"css/{found['path']}") as file:
            return f"@layer {found['layer']} {{\n{file.read().decode()}\n}}"
