"""Let one run at a time work on a folder of results.

The lock is one of the operating system, on a small file beside the folder: it ends with the process
that holds it, however that ends. So a file that is there and can be locked belonged to a run that
was cut off. The file says who holds it, for the message.
"""

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.words.messages import InsidenError

FAR = 1 << 30  # Windows locks bytes, and locked bytes cannot be read: one far behind the text
UNKNOWN = {"pid": "?", "host": "?", "start": "?"}


@contextmanager
def locked(path: Path, folder: Path) -> Iterator[dict | None]:
    """Hold the lock of ``folder``, a file at ``path``; refuse when another run holds it.

    Yields what the file says of a run that was cut off (pid, host, start), or None. A lock of
    another computer is never taken over: from here nobody can tell whether that run still goes on.
    """
    handle, before = _take(path, folder)
    try:
        own = {
            "pid": os.getpid(),
            "host": platform.node(),
            "start": time.strftime("%Y-%m-%d %H:%M"),
        }
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, json.dumps(own).encode())
        yield before
    finally:
        # Windows does not delete an open file, others must not lock one that is deleted
        with suppress(OSError):
            if os.name == "nt":
                os.ftruncate(handle, 0)
                os.close(handle)
                path.unlink(missing_ok=True)
            else:
                path.unlink(missing_ok=True)
                os.close(handle)


def _take(path: Path, folder: Path) -> tuple[int, dict | None]:
    """Open and lock the file; return its handle and what a dead run left in it."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    while True:
        handle = os.open(path, flags, 0o600)
        try:
            is_free = _try_lock(handle)
            holder = _read(handle)
            if is_free is False:
                raise InsidenError("outputs.locked", folder=folder, **(holder or UNKNOWN))
            if holder and (is_free is None or holder["host"] != platform.node()):
                raise InsidenError("outputs.lock_unsure", folder=folder, file=path, **holder)
            # the run before may have deleted the file between our opening and our locking it
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return handle, holder
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _try_lock(handle: int) -> bool | None:
    """Tell whether the lock was got; None where the drive knows no locks."""
    try:
        if os.name == "nt":
            import msvcrt

            os.lseek(handle, FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            return True
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None


def _read(handle: int) -> dict | None:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        said = json.loads(os.read(handle, 4096))
        return {name: str(said[name]) for name in UNKNOWN}
    except (OSError, ValueError, TypeError, KeyError):
        return None
