"""A file that is there whole or not at all, so that no CI step reads half a report."""

from __future__ import annotations


def write(path: str, data: bytes) -> None:
    """Replace ``path`` by ``data``; raises OSError. Devices and pipes (``/dev/null``) are written to."""
    import os  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415 -- only where a report goes to a file

    target = Path(path)
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    target = Path(os.path.realpath(target))  # a symlink stays one
    draft = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o7777)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
