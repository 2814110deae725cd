"""Places are read without guessing: names, codes, homonyms, slips, and what is no place at all."""

import csv
import re
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reference.files import read_reference
from analysis.text.names import key_of
from analysis.text.places import Places, place_from_cells, place_from_text
from analysis.words.messages import InsidenError
from tests.national import national_areas

ROOT = Path(__file__).parents[2]
REFERENCE = read_reference(ROOT / "data" / "reference")
PLACES = Places(REFERENCE.areas, REFERENCE.aliases, REFERENCE.villages, REFERENCE.lineage)
AREAS = list(REFERENCE.areas.itertuples(index=False))
NO_ALIASES = pd.DataFrame({"text": [], "code": []}, dtype=str)
NO_VILLAGES = pd.DataFrame({"code": [], "name": [], "kind": [], "parent": []}, dtype=str)
INSTEAD = ("AGGREGATE:", "POLICE:", "OUTSIDE", "NO_PLACE", "TOTAL", "HEADER", "FOOTER")


with (ROOT / "tests" / "cases" / "places.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))


def gazetteer(rows):
    columns = ["code", "name", "level", "parent", "bps_code", "name_bps"]
    areas = pd.DataFrame(rows, columns=columns, dtype=str)
    return Places(areas, NO_ALIASES, NO_VILLAGES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["raw"] or "empty")
def test_cases(case):
    reading = place_from_text(case["raw"], PLACES, parent=case["parent"], level=case["level"])
    assert (reading.canonical or "") == case["value"]
    assert reading.value or reading.why
    if case["candidates"] or not reading.value:
        assert "|".join(reading.candidates) == case["candidates"]


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.code)
def test_every_code_in_every_form_is_its_own_area(area):
    forms = [area.code, f"'{area.code}", f" {area.code} ", area.bps_code, f"{area.bps_code}.0"]
    forms += [area.code.replace(".", ""), area.code.replace(".", " "), area.code.replace(".", ",")]
    assert {form: place_from_text(form, PLACES).value for form in forms} == dict.fromkeys(
        forms, area.code
    )


# How offices write a name without meaning another place.
SPELLINGS = {
    "capitals": str.upper,
    "small letters": str.lower,
    "no blanks": lambda name: name.replace(" ", ""),
    "two blanks": lambda name: name.replace(" ", "  "),
    "dashes": lambda name: name.replace(" ", "-"),
    "points": lambda name: f"{name}.",
    "spaced letters": lambda name: " ".join(name.replace(" ", "")),
    "full width": lambda name: "".join(
        chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalpha() else letter
        for letter in name
    ),
    "hidden blank": lambda name: name[:2] + "\u200b" + name[2:],
    "no-break blanks": lambda name: name.replace(" ", "\u00a0") + "\u00a0",
    "numbered": lambda name: f"12. {name}",
    "numbered in brackets": lambda name: f"(3) {name}",
    "Roman": lambda name: f"IV. {name}",
    "lettered": lambda name: f"b) {name}",
    "footnote": lambda name: f"{name} *)",
    "remark": lambda name: f"{name} (revisi)",
    "quotes": lambda name: f'"{name}"',
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_a_name_makes_another_place_of_it(spelling):
    for area in AREAS:
        plain = place_from_text(area.name, PLACES)
        reading = place_from_text(SPELLINGS[spelling](area.name), PLACES)
        assert reading.value in (plain.value, None)
        assert reading.value == plain.value or area.code in reading.candidates


def test_no_spelling_of_any_name_of_the_country_makes_another_place_of_it(shared):
    areas = national_areas(shared)
    places = Places(areas, NO_ALIASES, NO_VILLAGES, REFERENCE.lineage)
    for code, name, level, parent in areas[["code", "name", "level", "parent"]].itertuples(
        index=False
    ):
        reading = place_from_text(name.upper().replace(" ", ""), places, level=level)
        assert reading.value == code or (reading.value is None and code in reading.candidates)
        inside = place_from_text(f"{name}, {places.names.get(parent, '')}", places)
        assert inside.value in (code, None)
        coded = place_from_text(code.replace(".", ""), places)
        assert coded.value == code or (coded.value is None and code in coded.candidates)


def test_the_order_of_the_list_changes_nothing_and_a_value_reads_as_itself():
    turned = Places(
        REFERENCE.areas[::-1],
        REFERENCE.aliases[::-1],
        REFERENCE.villages[::-1],
        REFERENCE.lineage[::-1],
    )
    for case in CASES:
        text, asked = case["raw"], {"parent": case["parent"], "level": case["level"]}
        reading = place_from_text(text, PLACES, **asked)
        again = place_from_text(text, turned, **asked)
        assert (reading.value, sorted(reading.candidates)) == (
            again.value,
            sorted(again.candidates),
        )
        if reading.value in PLACES.codes:
            assert place_from_text(reading.value, PLACES).value == reading.value


def test_a_moved_area_is_read_where_it_is_today_and_a_divided_one_as_the_sum(shared):
    places = Places(national_areas(shared), NO_ALIASES, NO_VILLAGES, REFERENCE.lineage)
    moved = place_from_text("911401", places)
    assert moved.value == "95.04.01" and "91.14.01" in moved.why
    assert place_from_text("91.14", places).value == "95.04"
    divided = place_from_text("Tampan, Kota Pekanbaru", places)
    assert divided.value == "AGGREGATE:14.71.08+14.71.13" and "Binawidya" in divided.why
    doubt = place_from_text("Rumbai", places, parent="14.71")  # today's, or the one before 2020
    assert doubt.value is None and set(doubt.candidates) == {"14.71.06", "14.71.12"}
    renamed = place_from_text("KAB. MALUKU TENGGARA BARAT", places)
    assert renamed.value == "81.03" and "Kepulauan Tanimbar" in renamed.why
    assert place_from_text("911401", PLACES).value is None  # no area of this study


CELLS = [
    ("LABUAN", "36.01.12", "36.01.12"),
    ("Kec. Labuan", "3601120", "36.01.12"),
    ("", "360112", "36.01.12"),
    ("Labuan", "", "36.01.12"),
    ("Labuann Kota", "36.01.12", "36.01.12"),  # not known, but alike
    ("Puskesmas Cikole", "36.01.12", None),  # not known, and nothing like it
    ("Panimbang", "36.01.12", None),  # another place
    ("Serang", "36.01.12", None),  # three places, none of them this one
    ("Curug", "36.02.23", None),  # Curugbitung, but Curug is the name of others
    ("Serang", "3604", "36.04"),  # three places, one of them this one
    ("Cibaliung", "36.01.3", "36.01.03"),  # a zero is lost, and the name says which
    ("Mekarjaya", "36.01.3", "36.01.30"),
    ("Labuan", "36.01.3", None),
    ("Kab. Pandeglang", "3601", "TOTAL"),  # the sheet's own area
    ("JUMLAH", "36.01", "TOTAL"),
]


@pytest.mark.parametrize(("name", "code", "value"), CELLS)
def test_a_name_and_a_code_must_say_the_same(name, code, value):
    reading = place_from_cells(name, code, PLACES, parent="36.01", level="kecamatan")
    assert reading.value == value
    assert value or reading.candidates


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.code)
def test_every_name_with_its_level_and_parent_is_its_own_area(area):
    for name in (area.name, area.name.upper(), f" {area.name.lower()} "):
        reading = place_from_text(name, PLACES, parent=area.parent, level=area.level)
        assert reading.value == area.code
    alone = place_from_text(area.name, PLACES, level=area.level)
    assert alone.value == area.code or (alone.value is None and area.code in alone.candidates)


def test_a_cut_bps_code_is_never_another_place_without_a_note():
    """In Banten 131 of 155 cut codes are the Kemendagri code of another kecamatan."""
    others = 0
    for area in AREAS:
        if area.level == "kecamatan":
            reading = place_from_text(area.bps_code[:6], PLACES)
            if reading.value is not None:
                assert reading.value.replace(".", "") == area.bps_code[:6]
                assert reading.why
                others += reading.value != area.code
            else:
                assert place_from_text(area.bps_code[:6], PLACES).why
    # the codes that fall on no Kemendagri code at all are refused
    assert others == 131


def test_s2_refuses_to_guess():
    rows = [("Serang", "", 5), ("Kab. Serang", "", 7), ("KOTA SERANG", "", 3), ("Tangerang", "", 4)]
    rows += [("", "3604", 2), ("", "3601131", 6), ("", "360113", 1)]
    accepted: dict[str, int] = {}
    refused = {}
    for name, code, amount in rows:
        reading = place_from_text(code or name, PLACES)
        if reading.value is None:
            refused[name] = (amount, reading.candidates)
        else:
            accepted[reading.value] = accepted.get(reading.value, 0) + amount
    assert accepted == {"36.04": 9, "36.73": 3, "36.01.26": 6, "36.01.13": 1}
    assert refused == {
        "Serang": (5, ("36.04", "36.73", "36.73.01")),
        "Tangerang": (4, ("36.03", "36.71", "36.74", "36.71.01")),
    }
    assert "enam angka" in place_from_text("360113", PLACES).why


@pytest.mark.parametrize(
    "text", ["kode" + "." * 99_999 + "x", "1" * 99_999, "( " * 50_000, "*" * 99_999]
)
def test_a_very_long_text_is_refused_at_once(text):
    start = time.process_time()
    assert place_from_text(text, PLACES).value is None
    assert time.process_time() - start < 1


@given(text=st.text(max_size=60), level=st.sampled_from(["", "kecamatan", "kabkota"]))
def test_no_text_breaks_the_reader(text, level):
    check(place_from_text(text, PLACES, level=level))


PIECES = [
    "Kec. ",
    "Kab ",
    "kota",
    "Serang",
    "Labuan",
    "(",
    ")",
    ", ",
    " - ",
    "/",
    "36.01",
    "3601030",
]
PIECES += [
    "Pandeglang",
    "RT 01",
    "Kel.",
    " dan ",
    "12.",
    "*)",
    "Jumlah",
    "luar",
    "Polsek",
    "x",
    " ",
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=7), parent=st.sampled_from(["", "36.01"]))
def test_no_mixture_of_known_words_breaks_the_reader(pieces, parent):
    check(place_from_text("".join(pieces), PLACES, parent=parent))


def check(reading):
    if reading.value is None:
        assert reading.why
    else:
        assert reading.value in PLACES.codes or reading.value.startswith(INSTEAD)


@given(area=st.sampled_from(AREAS), data=st.data())
def test_one_letter_more_or_less_never_gives_another_area(area, data):
    place = data.draw(st.integers(1, len(area.name) - 1))
    letter = data.draw(st.sampled_from(["", *"abcdefghijklmnopqrstuvwxyz"]))
    after = data.draw(st.integers(0, 1))
    text = area.name[:place] + letter + area.name[place + after :]
    reading = place_from_text(text, PLACES, parent=area.parent, level=area.level)
    known = place_from_text(area.name, PLACES, parent=area.parent, level=area.level)
    names = {key_of(name) for name in (*REFERENCE.areas["name"], *REFERENCE.villages["name"])}
    if key_of(text) not in names and reading.value in PLACES.codes:
        assert reading.value == known.value


def test_names_from_elsewhere_in_the_country_are_not_taken_for_ours(shared):
    """All kecamatan of Indonesia: none becomes an area of Banten by one wrong letter."""
    folder = shared / "data" / "gazetteer" / "raw" / "idn-area-data"
    districts = pd.read_csv(folder / "districts.csv", dtype=str)
    ours = {key_of(name) for name in REFERENCE.areas["name"]} | {key_of("Grogol")}
    # a desa that this office knows by name, see aliases.csv
    ours |= {key_of("Cikadu")}
    others = [name for name in districts["name"].unique() if key_of(name) not in ours]
    taken = {name: place_from_text(name, PLACES).value for name in others}
    assert {name: code for name, code in taken.items() if code in PLACES.codes} == {}


def test_another_country_works_from_its_list_alone():
    boroughs = ["Barking and Dagenham", "City of London", "Kingston upon Thames", "Sutton"]
    rows = [(f"E0900000{n}", name, "borough", "E12", "", "") for n, name in enumerate(boroughs)]
    london = gazetteer([("E12", "London", "region", "", "", ""), *rows])
    assert place_from_text("KINGSTON UPON THAMES", london).value == "E09000002"
    assert place_from_text("Barking & Dagenham", london).value == "E09000000"
    assert place_from_text("London Borough of Sutton", london).value == "E09000003"
    assert place_from_text("e09000001", london).value is None
    assert place_from_text("E09000001", london).value == "E09000001"
    assert place_from_text("Unknown", london).value == "NO_PLACE"


def test_numbers_may_be_codes_where_the_list_says_so():
    rio = gazetteer([(str(n), f"CISP {n}", "cisp", "", "", "") for n in range(1, 167)])
    assert place_from_text("1", rio).value == "1"
    assert place_from_text(" 166 ", rio).value == "166"
    assert place_from_text("12.0", rio).value == "12"
    assert place_from_text("007", rio).value == "7"
    assert place_from_text("CISP 12", rio).value == "12"
    assert place_from_text("167", rio).value is None


def test_the_two_systems_of_codes_may_differ():
    """1101 is Simeulue for BPS and Aceh Selatan for Kemendagri."""
    aceh = gazetteer(
        [
            ("11.01", "Kabupaten Aceh Selatan", "kabkota", "11", "1103", "ACEH SELATAN"),
            ("11.09", "Kabupaten Simeulue", "kabkota", "11", "1101", "SIMEULUE"),
        ]
    )
    reading = place_from_text("1101", aceh)
    assert (reading.value, reading.candidates) == (None, ("11.01", "11.09"))
    assert place_from_text("11.01", aceh).value == "11.01"
    assert place_from_text("11.03", aceh).value is None


def test_four_digits_are_believed_only_with_the_name_of_their_system(shared):
    """Of 514 kabupaten/kota 199 have another code in the BPS system: gazetteer/SOURCE.md."""
    areas = national_areas(shared)
    places = Places(areas, NO_ALIASES, NO_VILLAGES, REFERENCE.lineage)
    regencies = areas[(areas["level"] == "kabkota") & (areas["bps_code"] != "")]
    assert len(regencies) == 514
    for code, bps in regencies[["code", "bps_code"]].itertuples(index=False):
        assert place_from_text(f"BPS {bps}", places).value == code
        assert place_from_text(f"Kemendagri {code.replace('.', '')}", places).value == code
        for digits in (bps, code.replace(".", "")):
            reading = place_from_text(digits, places)
            assert reading.value == code or (reading.value is None and code in reading.candidates)
    districts = areas[(areas["level"] == "kecamatan") & (areas["bps_code"] != "")]
    for code, bps in districts[["code", "bps_code"]].itertuples(index=False):
        assert place_from_text(bps, places).value == code
        cut = place_from_text(f"BPS {bps[:6]}", places)
        assert cut.value is None and code in cut.candidates


def test_every_homonym_of_the_shared_list_is_refused_or_safe(shared):
    """A bare name is never read as one of several areas of the same rank."""
    homonyms = pd.read_csv(shared / "reference" / "homonyms.csv", dtype=str)
    for kind, name, units in homonyms[["kind", "name", "units"]].itertuples(index=False):
        if not kind.startswith("desa = kecamatannya"):
            reading = place_from_text(name, PLACES)
            codes = set(re.findall(r"\d\d\.\d\d(?:\.\d\d)?", units))
            above_villages = name in ("Lebak", "Kaduhejo", "Mekarjaya", "Sobang")
            assert reading.value is None or above_villages
            assert not codes or codes & {reading.value, *reading.candidates}, name


def test_a_district_named_after_a_kind_keeps_its_name():
    rows = [("18.06", "Kabupaten Tanggamus", "kabkota", "18", "", "")]
    rows += [("18.06.01", "Kota Agung", "kecamatan", "18.06", "", "")]
    lampung = gazetteer(rows)
    for text in ("Kota Agung", "KOTAAGUNG", "Kec. Kota Agung", "Kota Agung, Tanggamus"):
        assert place_from_text(text, lampung).value == "18.06.01"


def test_a_word_for_a_kind_inside_a_name_is_never_dropped():
    rows = [("33.01", "Kabupaten Cilacap", "kabkota", "33", "", "")]
    rows += [("33.01.24", "Kampung Laut", "kecamatan", "33.01", "", "")]
    rows += [("14.01", "Kabupaten Kampar", "kabkota", "14", "", "")]
    rows += [("14.01.01", "Bangkinang Kota", "kecamatan", "14.01", "", "")]
    rows += [("14.01.15", "Bangkinang", "kecamatan", "14.01", "", "")]
    places = gazetteer(rows)
    assert place_from_text("Kec. Kampung Laut Kabupaten Cilacap", places).value == "33.01.24"
    assert place_from_text("Kec. Kampung Ldut Kabupaten Cilacap", places).value is None
    for text in ("Kec. Bangkinang Kota Kab. Kampar", "Kec. Bangkinan Kota Kab. Kampar"):
        assert place_from_text(text, places).value == "14.01.01"
    assert place_from_text("Kec. Bangkinang Kab. Kampar", places).value == "14.01.15"


def test_an_alias_with_an_unknown_code_is_an_error_that_names_it():
    aliases = pd.DataFrame({"text": ["Rangkas"], "code": ["36.02.99"]})
    with pytest.raises(InsidenError, match=r"Rangkas.*36\.02\.99"):
        Places(REFERENCE.areas, aliases, REFERENCE.villages)


def test_the_inputs_are_not_changed_and_the_reasons_follow_the_language():
    before = [REFERENCE.areas.copy(), REFERENCE.aliases.copy(), REFERENCE.villages.copy()]
    english = Places(REFERENCE.areas, REFERENCE.aliases, REFERENCE.villages, lang="en")
    assert place_from_text("Kel. Saruni", english).why == (
        "kelurahan Saruni, counted under its kecamatan: Majasari"
    )
    for table, kept in zip(
        before, [REFERENCE.areas, REFERENCE.aliases, REFERENCE.villages], strict=True
    ):
        pd.testing.assert_frame_equal(table, kept)


def test_the_gazetteer_is_whole():
    levels = REFERENCE.areas["level"].value_counts().to_dict()
    assert levels == {"kecamatan": 155, "kabkota": 8, "province": 1}
    assert REFERENCE.villages["kind"].value_counts().to_dict() == {"desa": 1238, "kelurahan": 314}
    assert REFERENCE.areas["code"].is_unique
    assert REFERENCE.areas["bps_code"].is_unique
    assert set(REFERENCE.villages["parent"]) <= set(REFERENCE.areas["code"])
    assert REFERENCE.aliases["text"].map(str.casefold).is_unique
