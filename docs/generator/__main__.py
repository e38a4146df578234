"""`python -m docs.generator` writes the generated pages.

With `--pictures` it first makes the pictures of the gallery whose scripts have changed, with `--all-pictures` all.
"""

from __future__ import annotations

import sys

from docs.generator.gallery import make_pictures
from docs.generator.pages import write

if __name__ == "__main__":
    asked = set(sys.argv[1:])
    if asked & {"--pictures", "--all-pictures"}:
        make_pictures(anew="--all-pictures" in asked)
    for path in write():
        sys.stdout.write(f"{path}\n")
