"""Settle what only a whole column of dates tells: their order, and what Excel's day numbers count."""

import numpy as np

from analysis.read.grid import letter_of
from analysis.text.digits import real_date
from analysis.text.orders import date_of_serial, from_month_first, is_serial, order_of, system_of
from analysis.words.messages import InsidenError


def settle_dates(
    texts: np.ndarray,
    rows: np.ndarray,
    address: dict[str, str],
    column: int,
    *,
    system: str = "",
    monthly: bool = False,
) -> tuple[np.ndarray, str, str]:
    """Return the dates with what the column settles as ISO text, the key of a remark, and its text.

    ``rows`` are the rows of the texts, from 0. One 04/13/2024 proves that the column writes months
    first, so that 03/04/2024 in it is 4 March; a column that proves both orders is refused with a
    row of each. Where nothing proves the order it is the Indonesian one, and a remark says so.
    ``system`` is the date system of the workbook, "" where it is not known: then day numbers are
    read only where the written dates of the column leave no other system. In a ``monthly`` column,
    one of periods and not of days, 1/1, 2/1, 3/1 is refused: months, or days of one month.
    """
    distinct = list(dict.fromkeys(texts.tolist()))
    order = order_of(distinct)
    if order.is_mixed:
        of = {proof: int(rows[texts.tolist().index(proof)]) + 1 for proof in order[1:3]}
        raise InsidenError(
            "read.mixed_dates", column=letter_of(column), **address,
            day_text=order.day_proof, day_row=of[order.day_proof],
            month_text=order.month_proof, month_row=of[order.month_proof],
        )  # fmt: skip
    if monthly and order.ones_second:
        raise InsidenError(
            "read.open_dates", column=letter_of(column), **address, text=order.unproven
        )
    settled = {text: from_month_first(text) for text in distinct} if order.month_first else {}
    system = system or system_of(settled.get(text, text) for text in distinct)
    if system:
        settled |= {text: _day(text, system) for text in distinct if is_serial(text)}
    if settled:
        texts = np.array([settled.get(text, text) for text in texts], dtype=object)
    if order.month_first:
        return texts, "read.note_us_dates", ""
    return texts, "read.note_dates_unproven" if order.unproven else "", order.unproven


def _day(serial: str, system: str) -> str:
    """The day of a number as ISO text; a number that is no day of our time stays as it is."""
    day = date_of_serial(serial, system)
    return day.isoformat() if day and real_date(f"{day:%Y}", "1") else serial
