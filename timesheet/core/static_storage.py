"""How files for browsers are stored: compressed, and named for what is in them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    # So that `import … from "./lines.js"` asks for the name that this file was given. Django's own
    # way of doing it stumbles over scripts of libraries; this one looks at ours only.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r'(?P<matched>from "(?P<url>\./[a-z]+\.js)")', 'from "%(url)s"'),)),
    )
