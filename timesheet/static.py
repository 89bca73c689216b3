"""How files for browsers are stored: compressed, and named for what is in them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    # Imports between our scripts, as `from "./grid-cells.js"` or `from "../week/grid-cells.js"`, ask
    # for the name that the file was given. Django's own support for this stumbles over the scripts
    # of libraries; this pattern matches relative imports only, as ours are written.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("*.js", ((r'(?P<matched>from "(?P<url>\.\.?/[\w./-]+\.js)")', 'from "%(url)s"'),)),
    )
