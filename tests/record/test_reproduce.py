"""A figure drawn again from its own file: identical, or different for the reason that is named."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.charts import chart as charts
from analysis.charts import page, recording
from analysis.charts.recording import LARGEST_RECORD, canonical, unpack
from analysis.cli import main
from analysis.outputs import write_manifest
from analysis.record import read_figures, redraw, reproduce
from analysis.record.carried import find_by_id, find_by_pixels
from analysis.words import messages
from analysis.words.messages import InsidenError
from tests.charts.conftest import HEADLINES, MEASURED, caption_in, draw_chart, monthly_of

KINDS = ["trend_fitted", "comparison", "completeness", "map", *MEASURED]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The trend chart as PNG and SVG, on a small sheet."""
    folder = tmp_path_factory.mktemp("gambar")
    chart = draw_chart("trend", size="a4-half")
    svg, png = chart.save(folder)
    return chart, svg, png


def verdict_of(path, **options):
    (carried,) = read_figures(path)
    return reproduce(carried, **options)


def causes(verdict):
    return [cause.key for cause in verdict.causes]


def told(verdict, lang="id"):
    return " | ".join(cause.text(lang) for cause in [*verdict.causes, *verdict.notes])


def with_texts(png, target, **texts):
    """The same picture with some of its texts changed, or taken out where None."""
    with Image.open(png) as image:
        kept = {**image.text, **texts}
        facts = PngInfo()
        for name, text in kept.items():
            if text is not None:
                facts.add_itxt(name, text)
        image.save(target, "PNG", pnginfo=facts)
    return target


def changed_record(png, target, **facts):
    with Image.open(png) as image:
        record = json.loads(image.text["insiden-record"]) | facts
    return with_texts(png, target, **{"insiden-record": canonical(record)})


def changed_material(png, target, change):
    with Image.open(png) as image:
        material = unpack(image.text["insiden-material"])
    change(material)
    packed = recording.b64encode(recording.zlib.compress(canonical(material).encode(), 9)).decode()
    return with_texts(png, target, **{"insiden-material": packed})


# --- what is as it was ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("lang", "inside"), [("id", False), ("en", True)])
def test_every_chart_is_drawn_again_dot_by_dot(tmp_path, kind, lang, inside):
    chart = draw_chart(kind, size="a4-half", lang=lang, inside=inside)
    for path in chart.save(tmp_path):
        verdict = verdict_of(path)
        assert verdict.identical, told(verdict)
        assert not verdict.notes
        assert verdict.figure_id == chart.figure_id
        assert verdict.redrawn.png() == chart.png()


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_small_and_holds_what_a_reader_needs(kind):
    chart = draw_chart(kind, size="a4-full")
    assert len(canonical(chart.record).encode()) <= LARGEST_RECORD
    assert chart.record["headline"] == chart.headline and chart.record["alt"] == chart.alt
    assert chart.record["id"] in chart.footer


def test_the_order_of_the_rows_changes_nothing(made):
    chart, _, _ = made
    shuffled = monthly_of("36.04", "36.01", "36.02").sample(frac=1, random_state=3)
    again = draw_chart("trend", size="a4-half", monthly=shuffled)
    assert again.record == chart.record and again.material == chart.material


def test_no_hidden_number_is_in_the_material():
    secret = monthly_of("36.01", "36.02", "36.04")
    hidden = secret["why"].isin(["suppressed", "complementary"])
    assert hidden.sum() == 2 and secret.loc[hidden, "incidents"].isna().all()
    material = unpack(draw_chart("trend", monthly=secret).material)
    rows = material["tables"]["monthly"]
    at = rows["columns"].index("incidents"), rows["columns"].index("why")
    cells = [row[at[0]] for row in rows["rows"] if row[at[1]] in ("suppressed", "complementary")]
    assert cells == ["", ""]


# --- what was changed ----------------------------------------------------------------------------


def write_data(path, change):
    table = monthly_of("36.01", "36.02", "36.03", "36.04")  # one area more than is drawn
    table = change(table.copy())
    table["month"] = table["month"].dt.strftime("%Y-%m")
    table.to_csv(path, index=False)
    return path


def cell(table, area, month):
    return (table["area"] == area) & (table["month"] == pd.Timestamp(month))


def plus_three(table):
    table.loc[cell(table, "36.01", "2026-03-01"), "incidents"] += 3
    return table


def not_reported(table):
    row = cell(table, "36.04", "2024-05-01")
    table.loc[row, "incidents"] = pd.NA
    table.loc[row, ["why", "shown"]] = ["not_reported", ""]
    return table


def provisional(table):
    table.loc[cell(table, "36.02", "2025-01-01"), "flag"] = "provisional"
    return table


def without_row(table):
    return table[~cell(table, "36.01", "2021-01-01")]


def another_month(table):
    last = table[table["month"] == table["month"].max()]
    return pd.concat([table, last.assign(month=pd.Timestamp("2026-11-01"))])


DATA = {
    plus_three: "Kabupaten Pandeglang 2026-03, incidents: ",
    not_reported: "Kabupaten Serang 2024-05, incidents: ",
    provisional: "Kabupaten Lebak 2025-01, flag: – → provisional",
    without_row: "Kabupaten Pandeglang 2021-01: baris tidak ada lagi",
    another_month: "2026-11: baris baru",
}


@pytest.mark.parametrize("change", DATA, ids=lambda change: change.__name__)
def test_a_change_of_the_data_is_named_by_its_cell(made, tmp_path, change):
    verdict = verdict_of(made[2], data=write_data(tmp_path / "monthly.csv", change))
    assert causes(verdict)[0] == "data_changed"
    assert DATA[change] in told(verdict)
    assert "36.03" not in told(verdict)


def test_the_two_numbers_of_a_changed_cell_are_told(made, tmp_path):
    before = monthly_of("36.01")
    old = int(before.loc[cell(before, "36.01", "2026-03-01"), "incidents"].iloc[0])
    verdict = verdict_of(made[2], data=write_data(tmp_path / "monthly.csv", plus_three))
    assert f"{old} → {old + 3}" in told(verdict)
    assert "data berubah: 1 sel" in told(verdict)


def test_the_same_data_is_said_to_be_the_same(made, tmp_path):
    verdict = verdict_of(made[2], data=write_data(tmp_path / "monthly.csv", lambda table: table))
    assert verdict.identical and [note.key for note in verdict.notes] == ["same_data"]
    folder = verdict_of(made[2], data=tmp_path)
    assert folder.identical


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("record.other_data", b"area,month\n36.01,2024-01\n"),
        ("record.other_data", b""),
        ("record.not_csv", b"\xff\xfe\x00a"),
        ("run.file_missing", None),
    ],
)
def test_data_of_another_kind_is_refused(made, tmp_path, key, content):
    path = tmp_path / "lain.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InsidenError) as error:
        verdict_of(made[2], data=path)
    assert error.value.key == key


def test_a_value_that_is_no_number_is_refused(made, tmp_path):
    path = write_data(tmp_path / "monthly.csv", lambda table: table)
    path.write_text(path.read_text().replace("provisional", "sementara").replace(",24,", ",dua,"))
    with pytest.raises(InsidenError) as error:
        verdict_of(made[2], data=path)
    assert error.value.key == "record.wrong_value" and "dua" in error.value.text("id")


def test_one_edited_dot_is_seen(made, tmp_path):
    with Image.open(made[2]) as image:
        texts, picture = dict(image.text), image.convert("RGB")
    picture.putpixel((300, 300), (254, 0, 0))
    picture.save(tmp_path / "plain.png")
    path = with_texts(tmp_path / "plain.png", tmp_path / "a.png", **texts)
    verdict = verdict_of(path)
    assert causes(verdict) == ["edited_pixels"]
    assert verdict.redrawn.png() == made[0].png()


def test_a_resized_picture_is_seen(made, tmp_path):
    with Image.open(made[2]) as image:
        texts, picture = dict(image.text), image.convert("RGB").resize((400, 350))
    picture.save(tmp_path / "plain.png")
    verdict = verdict_of(with_texts(tmp_path / "plain.png", tmp_path / "a.png", **texts))
    assert causes(verdict) == ["resized"] and "400 × 350" in told(verdict)


def test_a_picture_saved_again_without_a_change_is_identical(made, tmp_path):
    assert verdict_of(with_texts(made[2], tmp_path / "a.png")).identical


@pytest.mark.parametrize(
    ("name", "cause"), [("Title", "edited_headline"), ("Description", "edited_alt")]
)
def test_changed_words_beside_the_picture_are_seen(made, tmp_path, name, cause):
    verdict = verdict_of(with_texts(made[2], tmp_path / "a.png", **{name: "Lain"}))
    assert causes(verdict) == [cause]


def more(material):
    rows = material["tables"]["monthly"]["rows"]
    at = material["tables"]["monthly"]["columns"].index("incidents")
    rows[5][at] = str(int(rows[5][at] or 0) + 40)


def other_source(material):
    material["settings"]["caption"]["source"] = "Karangan"


def other_name(material):
    material["settings"]["names"]["36.01"] = "Kabupaten Lain"


def other_words(material):
    material["words"][0] = "Lain"


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (more, "edited_data"),
        (other_source, "edited_settings"),
        (other_name, "edited_settings"),
        (other_words, "edited_words"),
    ],
)
def test_what_the_file_carries_cannot_be_changed_unseen(made, tmp_path, change, first):
    verdict = verdict_of(changed_material(made[2], tmp_path / "a.png", change))
    assert causes(verdict)[0] == first


def test_an_edited_svg_is_seen(made, tmp_path):
    path = tmp_path / "a.svg"
    path.write_text(made[1].read_text("utf-8").replace("#12436d", "#a01010", 1), "utf-8")
    assert causes(verdict_of(path)) == ["edited_drawing"]


# --- what changed in the program -----------------------------------------------------------------


def test_a_changed_wording_is_told_word_for_word(made, monkeypatch):
    texts = messages.words("id") | {"charts.footer.source": "Sumber : {text}."}
    monkeypatch.setattr(messages, "words", lambda lang: texts)
    verdict = verdict_of(made[2])
    assert set(causes(verdict)) == {"words_changed"}
    assert "'Sumber: Rekap" in told(verdict) and "'Sumber : Rekap" in told(verdict)
    assert "garis dan bidangnya sama" in told(verdict)


def test_a_changed_colour_is_a_change_of_the_code(made, monkeypatch):
    from analysis.charts import lines

    monkeypatch.setattr(lines, "FOCUS", "#12436E")
    monkeypatch.setattr(charts, "code_digest", lambda: "0" * 16)
    assert causes(verdict_of(made[2])) == ["code_changed"]


def test_a_comment_in_the_code_is_only_a_note(made, monkeypatch):
    monkeypatch.setattr(charts, "code_digest", lambda: "0" * 16)
    verdict = verdict_of(made[2])
    assert verdict.identical and [note.key for note in verdict.notes] == ["code_changed"]


def test_another_version_that_draws_alike_is_only_a_note(made, monkeypatch):
    other = recording.versions() | {"matplotlib": "9.9.9"}
    monkeypatch.setattr(redraw, "versions", lambda: other)
    verdict = verdict_of(made[2])
    assert verdict.identical and "9.9.9" in told(verdict)


def test_another_version_that_draws_otherwise_is_named(made, monkeypatch):
    from analysis.charts import lines

    other = recording.versions() | {"matplotlib": "9.9.9"}
    monkeypatch.setattr(redraw, "versions", lambda: other)
    monkeypatch.setattr(lines, "FOCUS", "#12436E")
    verdict = verdict_of(made[2])
    assert causes(verdict) == ["versions_draw_otherwise"] and "9.9.9" in told(verdict)


def test_a_changed_size_of_the_sheet_is_seen(made, monkeypatch):
    sizes = charts.SIZES | {"a4-half": charts.SIZES["a4-half"]._replace(height=76)}
    monkeypatch.setattr(page, "SIZES", sizes)
    verdict = verdict_of(made[2])
    assert "resized" in causes(verdict) or "marks_differ" in causes(verdict)


# --- what cannot be drawn ------------------------------------------------------------------------


def cut(png, target):
    target.write_bytes(png.read_bytes()[:5000])


def stripped(png, target):
    with Image.open(png) as image:
        image.convert("RGB").save(target, "PNG")


def as_jpeg(png, target):
    with Image.open(png) as image:
        image.convert("RGB").save(target, "JPEG")


def newer(png, target):
    changed_record(png, target, record="figure/2")


def damaged_record(png, target):
    with_texts(png, target, **{"insiden-record": '{"record":'})


def short_record(png, target):
    with_texts(png, target, **{"insiden-record": '{"record":"figure/1"}'})


def damaged_material(png, target):
    with_texts(png, target, **{"insiden-material": "AAAA"})


def without_material(png, target):
    with_texts(png, target, **{"insiden-material": None})


def a_bomb(png, target):
    packed = recording.b64encode(recording.zlib.compress(b"0" * 60_000_000, 9)).decode()
    with_texts(png, target, **{"insiden-material": packed})


def unknown_function(png, target):
    changed_material(png, target, lambda material: material.update(function="os.system"))


def strange_settings(png, target):
    changed_material(png, target, lambda material: material["settings"].update(evil=1))


def a_pdf_from_elsewhere(png, target):
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(target)


def half_a_pdf(png, target):
    target.write_bytes(b"%PDF-1.7\n1 0 obj\n<<")


def a_workbook(png, target):
    import zipfile

    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")


def nothing(png, target):
    target.write_bytes(b"")


REFUSED = {
    cut: "record.damaged_picture",
    stripped: "record.none",
    as_jpeg: "record.none",
    newer: "record.newer",
    damaged_record: "record.damaged",
    short_record: "record.damaged",
    damaged_material: "record.damaged",
    without_material: "record.damaged",
    a_bomb: "record.damaged",
    unknown_function: "record.unknown_chart",
    strange_settings: "record.damaged",
    a_pdf_from_elsewhere: "record.none",
    half_a_pdf: "record.damaged_picture",
    a_workbook: "record.none",
    nothing: "record.none",
}


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.__name__)
def test_what_cannot_be_drawn_again_is_said_in_one_sentence(made, tmp_path, change):
    path = tmp_path / "gambar.png"
    change(made[2], path)
    with pytest.raises(InsidenError) as error:
        verdict_of(path)
    assert error.value.key == REFUSED[change]
    assert error.value.text("id") != error.value.text("en")


def test_a_map_on_boundaries_needs_them_again():
    chart = draw_chart("map", size="a4-half")
    (carried,) = [redraw.Carried(chart.record, chart.material)]
    call = replace(chart.call, boundaries="0" * 16)
    with pytest.raises(InsidenError) as error:
        reproduce(carried._replace(material=recording.pack(call, chart.words)))
    assert error.value.key == "record.boundaries"


# --- in other files, and from the command --------------------------------------------------------


def test_a_page_with_several_figures_carries_each_of_them(tmp_path):
    from base64 import b64encode

    drawn = [draw_chart(kind, size="a4-half") for kind in ("comparison", "map")]
    sources = [b64encode(chart.svg().encode()).decode() for chart in drawn]
    page = tmp_path / "briefing.html"
    page.write_text("".join(f'<img src="data:image/svg+xml;base64,{one}">' for one in sources))
    assert [one.record["id"] for one in read_figures(page)] == [one.figure_id for one in drawn]
    assert all(reproduce(one).identical for one in read_figures(page))
    page.write_text('<img src="data:image/svg+xml;base64,AAAAA">')
    with pytest.raises(InsidenError) as error:
        read_figures(page)
    assert error.value.key == "record.damaged"


def test_the_command_says_identical_or_different_and_how_it_ends(
    made, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["reproduce", str(made[2])]) == 0
    said = capsys.readouterr().out
    assert said.startswith("IDENTIK: gambar") and made[0].figure_id in said
    assert sorted(path.name for path in (tmp_path / "reproduced").iterdir()) == [
        "trend-calendar.csv", "trend-monthly.csv", "trend.png", "trend.svg",
    ]  # fmt: skip
    assert (tmp_path / "reproduced" / "trend.png").read_bytes() == made[2].read_bytes()
    data = write_data(tmp_path / "monthly.csv", plus_three)
    command = ["reproduce", str(made[2]), "--data", str(data), "--out", "lain", "--check"]
    assert main([*command, "--lang", "en"]) == 1
    assert "data changed: 1 cell\n" in capsys.readouterr().out
    assert not (tmp_path / "lain").exists()
    assert main([*command, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["causes"][0]["key"] == "data_changed"
    assert main(["reproduce", "tidak-ada.png"]) == 2
    assert "tidak-ada.png" in capsys.readouterr().err


def test_the_command_finds_a_figure_by_its_printed_id(made, outputs, tmp_path, capsys):
    stripped(made[2], tmp_path / "kiriman.png")
    for figure in (made[0].figure_id, str(tmp_path / "kiriman.png")):
        assert main(["reproduce", figure, "--outputs", str(outputs), "--check"]) == 0
        assert made[0].figure_id in capsys.readouterr().out
    as_jpeg(made[2], tmp_path / "kiriman.jpg")
    assert main(["reproduce", str(tmp_path / "kiriman.jpg"), "--outputs", str(outputs)]) == 2
    assert "Kode gambar tercetak" in capsys.readouterr().err


# --- found again ---------------------------------------------------------------------------------


@pytest.fixture
def outputs(made, tmp_path):
    folder = tmp_path / "outputs"
    (folder / "figures").mkdir(parents=True)
    (folder / "figures" / "trend.png").write_bytes(made[2].read_bytes())
    figures = [{"file": "figures/trend.png", "record": made[0].record}]
    write_manifest(folder, {"figures": figures})
    return folder


def test_a_stripped_figure_is_found_by_the_id_printed_on_it(made, outputs, tmp_path):
    assert reproduce(find_by_id(outputs, f" {made[0].figure_id.upper()}.")).identical
    with pytest.raises(InsidenError, match="abcdef12"):
        find_by_id(outputs, "abcdef12")
    with pytest.raises(InsidenError, match="tidak ada atau tidak memuat"):
        find_by_id(tmp_path / "kosong", made[0].figure_id)


def test_every_figure_of_a_folder_is_drawn_again(made, tmp_path, capsys):
    _, svg, png = made
    inner = tmp_path / "surat"
    inner.mkdir()
    (inner / svg.name).write_bytes(svg.read_bytes())
    (tmp_path / "halaman.html").write_text("<p>tanpa gambar</p>", encoding="utf-8")
    with_texts(png, tmp_path / "ubah.png", Title="Turun")
    assert main(["reproduce", str(tmp_path), "--check"]) == 1
    said = capsys.readouterr().out
    files = [line for line in said.splitlines() if line.endswith(":")]
    assert files == ["surat/trend.svg:", "ubah.png:"]
    assert said.index("IDENTIK") < said.index("BERBEDA")
    # a picture without a record is no success
    (tmp_path / "foto.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    assert main(["reproduce", str(tmp_path), "--check"]) == 2
    assert "foto.jpg" in capsys.readouterr().err


def test_a_stripped_picture_is_found_by_its_dots(made, outputs, tmp_path):
    stripped(made[2], tmp_path / "kiriman.png")
    assert reproduce(find_by_pixels(outputs, tmp_path / "kiriman.png")).identical
    as_jpeg(made[2], tmp_path / "kiriman.jpg")
    assert find_by_pixels(outputs, tmp_path / "kiriman.jpg") is None


def test_the_headline_and_the_words_can_be_written_by_anyone():
    """Texts from files are drawn, never run: no name of theirs reaches an import or a path."""
    odd = {"36.01": "<b>{0.__class__}</b> $x$ %s", "36.02": "'; DROP", "36.04": "../../x"}
    chart = draw_chart("trend", size="a4-full", names=odd, headline=HEADLINES["id"] + " {x}",
                       caption=replace(caption_in("id"), source="<script>{0}</script>"))  # fmt: skip
    assert reproduce(redraw.Carried(chart.record, chart.material)).identical
