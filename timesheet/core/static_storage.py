"""How static files are stored: compressed, with a hash of the content in their names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Also replaces file names in the imports of our own scripts."""

    # `import … from "../week/grid-cells.js"` must name the stored file. Django's own support for
    # modules fails on scripts of libraries; this pattern matches relative imports, as ours are.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("*.js", ((r'(?P<matched>from "(?P<url>\.\.?/[\w./-]+\.js)")', 'from "%(url)s"'),)),
    )
