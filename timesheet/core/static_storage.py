"""How files for browsers are stored: compressed, and named for what is in them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    # Imports between our scripts, such as `from "../week/grid-cells.js"`, ask for the hashed name.
    # Django's own support for this fails on libraries' scripts; this pattern matches relative
    # imports only, as ours are written.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("*.js", ((r'(?P<matched>from "(?P<url>\.\.?/[\w./-]+\.js)")', 'from "%(url)s"'),)),
    )
