"""Invented workbooks for nine senders, and the answer to them: DATA SIMULASI.

``truth`` draws the true counts, ``reported`` says what the offices pass on of them, ``offices``
writes them down as each office would, ``workbooks`` turns that into files.
"""
