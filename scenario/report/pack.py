"""Archives without a date, an owner or a system: the same files, the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return files as one archive in memory, in their order.

    Parameters
    ----------
    files
        Name inside the archive -> content.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(plain_entry(name), content)
    return buffer.getvalue()


def plain_entry(name: str) -> zipfile.ZipInfo:
    """Return an entry of an archive without a date, an owner or a system."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return entry
