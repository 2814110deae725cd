"""What several tests share: where the raw cases and published files lie, if they are here."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A merge must not fail by chance: the same examples every time. `make search` tries new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile("search" if os.environ.get("INSIDEN_SEARCH") else "steady")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real published files and peers' answers, beside the project; absent in a plain clone."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with published files is not beside this clone")
    return SHARED
