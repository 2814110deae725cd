"""A setting that is misspelt, missing or of the wrong kind is an error that says what to do."""

import pytest

from analysis.study import in_language, read_study
from analysis.words.messages import InsidenError

GOOD = 'title = "T"\nregion = "36.01"\nsource_line = "S"\n'


def study_file(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_protect_and_name_comparators(tmp_path):
    study = read_study(study_file(tmp_path, GOOD))
    assert (study.hide_below, study.language, study.window) == (5, "id", 12)
    assert study.comparators == ("land_neighbours", "rest", "each")
    assert study.inbox_folder == tmp_path / "inbox"


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ("hide_bellow = 5", "study.unknown_key", "hide_below"),
        ('languange = "id"', "study.unknown_key", "language"),
        ('language = "fr"', "study.wrong_choice", "'id', 'en'"),
        ('hide_below = "5"', "study.wrong_type", "hide_below"),
        ("hide_below = true", "study.wrong_type", "hide_below"),
        ("hide_below = -1", "study.wrong_type", "hide_below"),
        ("window = 0", "study.wrong_type", "window"),
        ('first_month = "2024-13"', "study.wrong_month", "2024-13"),
        ('simulated = "yes"', "study.wrong_type", "simulated"),
        ("[source.a]\nfile = '*'", "study.unknown_key", "files"),
        ("[source.a]\nsheet = '*'", "study.files_or_url", "files"),
        ("[source.a]\nfiles = '*'\nname = 'b'", "study.unknown_key", "[source.a]"),
        ("[source.a]\nfiles = '*'\nheader = 3", "study.unknown_key", "header_row"),
        ("source = 'S'", "study.not_a_table", "[source.NAME]"),
        ("[[source]]\nfiles = '*'", "study.not_a_table", "[source.NAME]"),
        ("[source]\nfiles = '*'", "study.not_a_table", "[source.files]"),
        ("[answer]\nkind = 'amount'", "study.not_a_table", "[[answer]]"),
        ("path = 'x'", "study.unknown_key", "path"),
        ("[[answer]]\nkind = 'amount'\ntext = '-'\nvalue = 'zero'", "study.missing_key", "why"),
        ("[[answer]]\nkind = 'dash'", "study.wrong_choice", "amount"),
        ("[source.a]\nfiles = '*'\ncounts = [3]", "study.wrong_type", "counts"),
        ("[source.a]\nfiles = '*'\ncolumns = {a = 3}", "study.wrong_type", "columns"),
        ("[translation.fr]\ntitle = 'x'", "study.wrong_choice", "en"),
        ("[translation.en]\ntitel = 'x'", "study.unknown_key", "title"),
        ("title = 1 = 2", "study.not_toml", "study.toml"),
    ],
)
def test_each_wrong_setting_is_one_clear_message(tmp_path, line, key, words):
    with pytest.raises(InsidenError) as error:
        read_study(study_file(tmp_path, GOOD + line + "\n"))
    assert error.value.key == key
    for lang in ("id", "en"):
        assert words in error.value.text(lang)
        assert "study.toml" in error.value.text(lang)


def test_title_and_source_follow_the_language(tmp_path):
    text = GOOD + '[translation.en]\ntitle = "In English"\n'
    study = read_study(study_file(tmp_path, text))
    assert in_language(study, "en").title == "In English"
    assert in_language(study, "en").source_line == "S"
    assert in_language(study, "id").title == "T"


def test_a_missing_setting_or_file_is_said(tmp_path):
    with pytest.raises(InsidenError, match="region"):
        read_study(study_file(tmp_path, 'title = "T"\nsource_line = "S"\n'))
    with pytest.raises(InsidenError, match="--study"):
        read_study(tmp_path / "none.toml")


def test_the_shipped_studies_are_valid(root):
    for path in [root / "data" / "study.toml", *(root / "data" / "studies").glob("*.toml")]:
        assert read_study(path).source_line
