"""Put a whole folder of results in place at once, or leave the old one as it was.

Everything is written into a folder beside it, ``.outputs.partial-…``. At the end the system swaps
the two in one step (Linux), so that whoever looks finds the old results or the new ones. Where it
cannot swap (Windows, macOS, some network drives) the old folder steps aside first; a run that is
killed in that instant leaves it as ``.outputs.old-…``, and the next run puts it back.
"""

import ctypes
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.locking import locked
from analysis.words.messages import InsidenError, cause_of

MANIFEST = "manifest.json"
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


@contextmanager
def claimed_folder(
    out: Path, *, tell: Callable[[InsidenError], None] = lambda _: None
) -> Iterator[None]:
    """Hold ``out`` for one run, from before its work to after its results are in place.

    Refused before any work: a folder that another run holds, that cannot be written to, or that
    holds files but no manifest and so is not ours. What a run that was cut off left behind is
    cleared away, and ``tell`` hears of it.
    """
    out = _behind_a_link(out)
    absent = [folder for folder in out.parents if not folder.exists()]
    try:
        with _saying("outputs.not_writable", out.parent):
            out.parent.mkdir(parents=True, exist_ok=True)
            claim = locked(out.parent / f".{out.name}.lock", out)
            cut_off = claim.__enter__()
        try:
            with _saying("outputs.not_writable", out.parent):
                _clear_leftovers(out)
            if cut_off:
                tell(InsidenError("outputs.taken_over", **cut_off))
            _check_ours(out)
            yield
        finally:
            claim.__exit__(None, None, None)
    finally:
        for folder in absent:  # the nearest first; one that holds something stays
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def staged_folder(out: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out`` to fill; it takes the place of ``out`` at the end.

    Files in the old folder that no run wrote (an analyst's own notes) are kept. When anything
    goes wrong, ``out`` stays as it was and nothing half-written is left.
    """
    out = _behind_a_link(out)
    own = _check_ours(out)
    with _saying("outputs.not_writable", out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.partial-", dir=out.parent))
    try:
        with _saying("outputs.not_written", out):
            yield stage
            stage.chmod(0o755)
            _keep_foreign(out, stage, own)
            _flush(stage)
            _put_in_place(stage, out)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _behind_a_link(out: Path) -> Path:
    """A link to the folder stays a link; what changes is the folder."""
    return Path(os.path.realpath(out)) if out.is_symlink() else out


@contextmanager
def _saying(key: str, folder: Path) -> Iterator[None]:
    """Turn what the system says against a writing into one message about ``folder``."""
    try:
        yield
    except OSError as error:
        raise InsidenError(key, folder=folder, text=cause_of(error)) from None
    except InsidenError as error:
        # a single file says where it was to stand: in a folder that is gone by now
        cause = error.__context__
        if error.key not in ("brief.not_written", "charts.not_written"):
            raise
        said = cause_of(cause) if isinstance(cause, OSError) else error.facts["text"]
        raise InsidenError(key, folder=folder, text=said) from None


def _check_ours(out: Path) -> set[str]:
    """Return the files that an earlier run wrote into ``out``."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return set()
    try:
        return {entry["file"] for entry in read_manifest(out)["outputs"]} | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        raise InsidenError("outputs.not_ours", folder=out) from None


def _clear_leftovers(out: Path) -> None:
    """Put back what a run that was cut off had moved aside, and delete what it had begun."""
    ours = re.compile(re.escape(f".{out.name}.") + r"(partial|old)-[a-z0-9_]{8}")
    for folder in sorted(out.parent.iterdir()):
        found = ours.fullmatch(folder.name)
        if not found or folder.is_symlink():
            continue
        if found[1] == "old" and (folder / "old").is_dir() and not os.path.lexists(out):
            (folder / "old").rename(out)
        shutil.rmtree(folder)


def _keep_foreign(out: Path, stage: Path, own: set[str]) -> None:
    """Bring the files of ``out`` that no run wrote, and empty folders, into the new folder too."""
    folders = {parent.as_posix() for name in own for parent in Path(name).parents}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out)
        if name.as_posix() in own | folders:
            continue
        kept = stage / name
        if path.is_dir() and not path.is_symlink():
            kept.mkdir(exist_ok=True)
        elif os.path.lexists(kept):
            raise InsidenError("outputs.name_taken", file=path)
        else:
            kept.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, kept, follow_symlinks=False)
            except (OSError, NotImplementedError):  # a drive without links
                shutil.copy2(path, kept, follow_symlinks=False)


def _flush(stage: Path) -> None:
    """Have the disk take everything before the folder gets its name: the power may fail too."""
    if os.name == "nt":  # it flushes only what is open for writing
        return
    for path in [*stage.rglob("*"), stage]:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_in_place(stage: Path, out: Path) -> None:
    if not os.path.lexists(out):
        stage.rename(out)
    elif not _exchange(stage, out):
        _replace_in_two_steps(stage, out)


def _exchange(stage: Path, out: Path) -> bool:
    """Swap two folders in one step of the system; False where it cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = (AT_FDCWD, os.fsencode(stage), AT_FDCWD, os.fsencode(out))
    return swap(*names, RENAME_EXCHANGE) == 0


def _replace_in_two_steps(stage: Path, out: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.old-", dir=out.parent))
    try:
        # on Windows this fails while a file inside is open elsewhere
        out.rename(aside / "old")
    except OSError as error:
        aside.rmdir()
        if isinstance(error, PermissionError):
            raise InsidenError("outputs.open_elsewhere", folder=out) from None
        raise
    try:
        stage.rename(out)
    except OSError:
        (aside / "old").rename(out)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def write_manifest(folder: Path, facts: dict) -> None:
    """Write what went in, what came out and how it balances; last, and without a clock."""
    outputs = [
        {"file": path.relative_to(folder).as_posix(), "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    text = json.dumps(facts | {"outputs": outputs}, ensure_ascii=False, indent=1, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_manifest(folder: Path) -> dict:
    """Read the manifest of a folder of results."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
