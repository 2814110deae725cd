"""How fast names are read against the whole country, beside a floor and a peer, in one run.

    python benchmarks/places.py [TEXTS]

Two mixes of 100,000 distinct texts, made from the names of 7,285 kecamatan, 514 kabupaten/kota and
38 provinces in ../shared/data/gazetteer. Times are processor seconds of one core, with building the
index. Floor: one look-up of the folded text in a dict, which reads the exact names only. Peer:
rapidfuzz ``extractOne`` over all names, which always answers; timed on 300 texts and scaled up.
"""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process

from analysis.reference.files import TABLES, read_reference
from analysis.text.names import key_of
from analysis.text.places import Places, place_from_text

ROOT = Path(__file__).parents[1]
GAZETTEER = ROOT.parent / "shared" / "data" / "gazetteer" / "raw" / "idn-area-data"
LEVELS = {"provinces": "province", "regencies": "kabkota", "districts": "kecamatan"}
SAMPLE = 300
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def read_areas(folder: Path) -> pd.DataFrame:
    """Return all areas of Indonesia in the columns of areas.csv."""
    parents = {"province_code": "parent", "regency_code": "parent"}
    tables = [
        pd.read_csv(folder / f"{name}.csv", dtype=str).rename(columns=parents).assign(level=level)
        for name, level in LEVELS.items()
    ]
    areas = pd.concat(tables, ignore_index=True)
    return areas.reindex(columns=TABLES["areas"], fill_value="").fillna("")


def make_mix(areas: pd.DataFrame, size: int, *, hard: bool, seed: int = 7) -> list[str]:
    """Return distinct texts as offices write them; with ``hard`` most are damaged or unknown."""
    draw = random.Random(seed)
    names = dict(zip(areas["code"], areas["name"], strict=True))
    districts = [code for code in names if len(code) == 8]
    forms = HARD if hard else REAL
    found: dict[str, None] = {}
    while len(found) < size:
        code = draw.choice(districts)
        form = draw.choices(list(forms), weights=list(forms.values()))[0]
        found[form(names[code], names[code[:5]], code, draw)] = None
    return list(found)


def plain(name: str, above: str, code: str, draw: random.Random) -> str:
    return draw.choice([name, name.upper(), name.lower(), name.replace(" ", "")])


def prefixed(name: str, above: str, code: str, draw: random.Random) -> str:
    return draw.choice(["Kec. ", "KEC.", "Kecamatan ", "kec "]) + plain(name, above, code, draw)


def numbered(name: str, above: str, code: str, draw: random.Random) -> str:
    return f"{draw.randint(1, 40)}. {plain(name, above, code, draw)}"


def within(name: str, above: str, code: str, draw: random.Random) -> str:
    return draw.choice(["{}, {}", "Kec. {} {}", "{} ({})", "{} - {}"]).format(name, above)


def coded(name: str, above: str, code: str, draw: random.Random) -> str:
    bare = code.replace(".", "")
    return draw.choice([code, bare, f"{code} {name}", f"{bare}.0", f"'{bare}"])


def typo(name: str, above: str, code: str, draw: random.Random) -> str:
    at = draw.randrange(len(name))
    letter = draw.choice(["", draw.choice(LETTERS)])
    return name[:at] + letter + name[at + draw.randint(0, 1) :]


def address(name: str, above: str, code: str, draw: random.Random) -> str:
    village = draw.choice(["Sukamaju", "Mekarsari", "Karanganyar", "Tanjung Harapan"])
    return f"Desa {village} RT {draw.randint(1, 20):02d} Kec. {name} {above}"


def two_typos(name: str, above: str, code: str, draw: random.Random) -> str:
    return typo(typo(name, above, code, draw) or "x", above, code, draw)


def slip_within(name: str, above: str, code: str, draw: random.Random) -> str:
    return f"Kec. {typo(name, above, code, draw)} {above}"


def unknown(name: str, above: str, code: str, draw: random.Random) -> str:
    return "".join(draw.choice(LETTERS) for _ in range(draw.randint(4, 24)))


def sentence(name: str, above: str, code: str, draw: random.Random) -> str:
    words = [draw.choice(["di", "dekat", "pasar", "kantor", "sekitar", "depan"]) for _ in "1234"]
    return " ".join([*words, typo(name, above, code, draw), "RT", "03", above])


REAL = {plain: 30, prefixed: 15, numbered: 10, within: 15, coded: 10, typo: 10, address: 10}
HARD = {typo: 20, two_typos: 20, slip_within: 20, unknown: 15, sentence: 15, address: 10}


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main(size: int) -> None:
    if not GAZETTEER.is_dir():
        sys.exit(f"{GAZETTEER} is not there: the national gazetteer is read from it")
    areas = read_areas(GAZETTEER)
    shipped = read_reference(ROOT / "data" / "reference")
    names = [key_of(name) for name in areas["name"]]
    exact = dict(zip(names, areas["code"], strict=True))

    def read_all(texts: list[str]) -> list[bool]:
        empty = shipped.aliases[:0], shipped.villages[:0], shipped.lineage
        places = Places(areas, *empty)
        return [place_from_text(text, places).value is not None for text in texts]

    for label, hard in (("realistic", False), ("hard", True)):
        texts = make_mix(areas, size, hard=hard)
        own = seconds(lambda texts=texts: read_all(texts))  # type: ignore[misc]
        floor = seconds(lambda texts=texts: [exact.get(key_of(text)) for text in texts])  # type: ignore[misc]
        sample = [key_of(text) for text in texts[:SAMPLE]]
        peer = seconds(
            lambda sample=sample: [
                process.extractOne(text, names, scorer=fuzz.ratio) for text in sample
            ]  # type: ignore[misc]
        )
        peer *= size / len(sample)
        share = sum(read_all(texts)) / size
        print(f"{label}: {size} texts in {own:.2f} s, {share:.1%} read")
        print(
            f"  floor (dict) {floor:.2f} s: {own / floor:.1f} x; peer {peer:.0f} s: {own / peer:.3f} x"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
