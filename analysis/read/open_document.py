"""Search the XML of a sheet for what the reading library does not tell."""

from dataclasses import dataclass, field
from xml.parsers import expat

from analysis.read.grid import letter_of


@dataclass
class Scan:
    """What the XML of a sheet tells that the reading library does not."""

    height: int = 0  # of the rectangle that holds everything
    width: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # row, column -> "#REF!"
    uncalculated: str = ""  # address of the first formula without a value
    hidden_parts: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    date_system: str = ""  # "1904" or "1900", for numbers that stand for days


class _Search:
    """Walks through the sheets; repeated empty cells and rows cost nothing and count nothing."""

    def __init__(self) -> None:
        self.sheets: dict[str, Scan] = {}
        self.scan = Scan()
        self.row = self.column = 0
        self.repeat = 1
        self.filled = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.scan = self.sheets[attributes.get("table:name", "")] = Scan()
            self.row = 0
        elif tag in ("table:table-row", "table:table-column"):
            self.repeat = int(attributes.get("table:number-rows-repeated", "1"))
            self.column, self.filled = 0, False
            hidden = attributes.get("table:visibility") in ("collapse", "filter")
            self.scan.hidden_parts |= hidden
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        wide = int(attributes.get("table:number-columns-spanned", "1"))
        high = int(attributes.get("table:number-rows-spanned", "1"))
        if wide > 1 or high > 1:
            corner = (self.row + high - 1, self.column + wide - 1)
            self.scan.merged += ((self.row, self.column, *corner),)
        has_value = "office:value-type" in attributes
        if "table:formula" in attributes and not has_value and not self.scan.uncalculated:
            self.scan.uncalculated = f"{letter_of(self.column)}{self.row + 1}"
        self.column += int(attributes.get("table:number-columns-repeated", "1"))
        if has_value:
            self.filled = True
            self.scan.width = max(self.scan.width, self.column)

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.repeat
            if self.filled:
                self.scan.height = self.row


def scan_open_document(xml: bytes) -> dict[str, Scan]:
    """Search the content of an OpenDocument spreadsheet; one Scan for each sheet by its name."""
    search = _Search()
    parser = expat.ParserCreate()
    parser.StartElementHandler = search.start
    parser.EndElementHandler = search.end
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ValueError(error) from None
    return search.sheets
