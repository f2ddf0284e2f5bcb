"""Static files for production: compressed, hashed, and each style sheet in one piece."""

import re
from functools import partial

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>[\w.-]+)\);')


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Replaces each `@import url("x.css") layer(y);` of css/*.css by the file itself: one request, not twenty."""

    bundle = re.compile(r"css/[\w-]+\.css")
    # Style sheets and our own modules name other files by their hashed names; libraries' scripts are left as they
    # are: some name files that are not there.
    patterns = (CompressedManifestStaticFilesStorage.patterns[0],)
    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def post_process(self, paths, dry_run=False, **options):
        for name, (source, path) in list(paths.items()):
            if dry_run or not self.bundle.fullmatch(name):
                continue
            with source.open(path) as file:
                css = file.read().decode()
            self.delete(name)
            self._save(name, ContentFile(IMPORT.sub(partial(self.layered, source), css)))
            paths = {**paths, name: (self, name)}
        yield from super().post_process(paths, dry_run, **options)

    def layered(self, source, found) -> str:
        with source.open(f"css/{found['path']}") as file:
            return f"@layer {found['layer']} {{\n{file.read().decode()}\n}}"
