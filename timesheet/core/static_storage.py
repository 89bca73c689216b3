"""How static files are stored: compressed, with a hash of the content in their names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Also replaces file names in the imports of our own scripts."""

    # `import … from "./lines.js"` must name the stored file. Django's own support for modules fails
    # on scripts of libraries.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r'(?P<matched>from "(?P<url>\./[a-z]+\.js)")', 'from "%(url)s"'),)),
    )
