"""Tables in few types: text, whole numbers, floats and truth values, as every reader of Parquet knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from scenario.spec.canonical import canonical_json

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    AnyTable: TypeAlias = pa.Table | pd.DataFrame


def plain_table(table: AnyTable) -> pa.Table:
    """Return a table in few types: text, whole numbers, floats, truth values, with NaN as missing."""
    import pyarrow as pa

    if not isinstance(table, pa.Table):
        arrays = [_from_column(column) for _, column in table.items()]
        table = pa.Table.from_arrays(arrays, names=[str(name) for name in table.columns])
    columns = [_plain(column) for column in table.columns]
    return pa.Table.from_arrays(columns, names=table.column_names)


_PLAIN = {"int64", "float64", "bool"}
"""Types that come from NumPy as they are, but for NaN, which `from_pandas` makes a missing value."""


def _from_column(column: pd.Series[Any]) -> pa.Array:
    """Return a column; most are numbers, which need no look at each value's type."""
    import pyarrow as pa

    if str(column.dtype) in _PLAIN:
        return pa.array(column.to_numpy(copy=False), from_pandas=True)
    return _plain(_from_pandas(column))


def _from_pandas(column: pd.Series[Any]) -> pa.Array:
    """Return a column; one of mixed kinds becomes text (a text as it is, anything else as JSON)."""
    import pyarrow as pa

    try:
        return pa.array(column, from_pandas=True)
    except pa.ArrowException:
        cells = [cell if cell is None or isinstance(cell, str) else canonical_json(cell) for cell in column]
        return pa.array(cells, pa.string())


def _plain(column: Any) -> Any:
    """Return a column in one piece, of a type that every reader knows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column
