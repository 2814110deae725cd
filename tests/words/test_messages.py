"""Both languages say the same things, and every key that the program uses is there."""

import ast
import re
from string import Formatter

import pytest

from analysis.words.messages import LANGUAGES, InsidenError, say, words


def facts(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_hold_the_same_keys():
    assert words("id").keys() == words("en").keys()


def test_both_languages_fill_in_the_same_facts():
    differing = [
        key
        for key, text in words("id").items()
        if isinstance(text, str) and facts(text) != facts(words("en")[key])
    ]
    assert differing == []


def test_every_key_named_in_the_code_has_words(root):
    unknown = []
    for path in (root / "analysis").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("say", "InsidenError")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and node.args[0].value not in words("id")
            ):
                unknown.append(f"{path.name}: {node.args[0].value}")
    assert unknown == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_to_avoid_stand_nowhere(lang):
    avoided = r"lebih sedikit|\bPSK\b|rawan|zona merah|hotspot|red zone"
    found = [key for key, text in words(lang).items() if re.search(avoided, str(text), re.I)]
    assert found == []


def test_an_error_speaks_indonesian_by_itself():
    error = InsidenError("study.not_found", file="x.toml")
    assert "tidak ada" in str(error)
    assert "There is no study file x.toml" in error.text("en")
    assert say("unit.reports", "en") == "reports"
