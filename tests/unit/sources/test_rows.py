import io

from workbench.sources.rows import BadRow, Row, read_rows


def test_rows_come_without_line_ends_blank_lines_and_byte_order_mark() -> None:
    rows = list(read_rows(io.BytesIO(b"\xef\xbb\xbfa\r\n\n  \nb")))
    assert rows == [Row(1, b"a"), Row(4, b"b")]


def test_identical_rows_are_numbered_so_that_both_count() -> None:
    assert [row.ordinal for row in read_rows(io.BytesIO(b"a\nb\na\na\n")) if isinstance(row, Row)] == [0, 0, 1, 2]


def test_a_row_above_the_limit_is_refused_by_hash_and_the_next_one_is_read() -> None:
    rows = list(read_rows(io.BytesIO(b"x" * 100 + b"\nok\n"), limit_bytes=10))
    assert isinstance(rows[0], BadRow)
    # 100 bytes of x and the line end
    assert "101 bytes" in rows[0].reason
    assert rows[1] == Row(2, b"ok")


def test_a_row_exactly_at_the_limit_is_taken() -> None:
    assert list(read_rows(io.BytesIO(b"0123456789\n"), limit_bytes=10)) == [Row(1, b"0123456789")]


def test_an_over_long_last_row_without_line_end_ends_the_reading() -> None:
    rows = list(read_rows(io.BytesIO(b"x" * 50), limit_bytes=10))
    assert [type(row) for row in rows] == [BadRow]
