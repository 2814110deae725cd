"""Put a whole folder of results in place at once, or leave the old one as it was."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.words.messages import InsidenError

MANIFEST = "manifest.json"


@contextmanager
def staged_folder(out: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out`` to fill; it takes the place of ``out`` at the end.

    Files in the old folder that no run wrote (an analyst's own notes) are kept. When anything
    goes wrong, ``out`` stays as it was and nothing half-written is left. A folder that holds
    files but no manifest is not ours and is refused.
    """
    own = _check_ours(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.partial-", dir=out.parent))
    except OSError as error:
        raise InsidenError("outputs.not_writable", folder=out.parent, text=error.strerror) from None
    try:
        yield stage
        stage.chmod(0o755)
        _replace(out, stage, own)
    except OSError as error:
        raise InsidenError("outputs.not_written", folder=out, text=error.strerror) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _check_ours(out: Path) -> set[str]:
    """Return the files that an earlier run wrote into ``out``."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return set()
    try:
        return {entry["file"] for entry in read_manifest(out)["outputs"]} | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        raise InsidenError("outputs.not_ours", folder=out) from None


def _replace(out: Path, stage: Path, own: set[str]) -> None:
    if not out.exists():
        stage.rename(out)
        return
    foreign = [path for path in sorted(out.rglob("*")) if path.is_file()]
    foreign = [path for path in foreign if path.relative_to(out).as_posix() not in own]
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old-", dir=out.parent))
    try:
        # on Windows this fails while a file inside is open elsewhere
        out.replace(old / "old")
    except OSError:
        old.rmdir()
        raise InsidenError("outputs.open_elsewhere", folder=out) from None
    try:
        stage.rename(out)
    except OSError:
        (old / "old").replace(out)
        raise
    for path in foreign:
        kept = out / path.relative_to(out)
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(old / "old" / path.relative_to(out), kept)
    shutil.rmtree(old, ignore_errors=True)


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
