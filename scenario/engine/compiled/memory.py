"""Tables of records in plain memory, read and written by compiled code without a reference count.

A table is a NumPy array of one record type; compiled code holds its address and asks for record i. A
record is a pointer there, so that `sender.belief = b` is one store, and no array travels through the model.
Nothing here checks bounds: the tables are sized in `room` of this package, growing ones are checked
where they grow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from scenario.draws.compile import OPTIONS
from scenario.engine.compiled.parts import PartCompiler

Function = TypeVar("Function", bound=Callable[..., Any])

_njit: Any = numba.njit
_PART = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": PartCompiler}


def inner(function: Function) -> Function:
    """Compile as a part of what calls it: its types follow from the call, and it is not kept by itself."""
    return cast(Function, _part(function))


def inlined(function: Function) -> Function:
    """Compile as `inner` does, and let every caller hold a copy of the code: for what is called most."""
    return cast(Function, _part(function, forceinline=True))


def _part(function: Callable[..., Any], **options: bool) -> Any:
    """Compile a part. Numba would do so for every whole number that a caller writes out; here one is like another."""
    part = _njit(**_PART, **options)(function)
    template_for = part.get_call_template

    def general_template_for(args: Any, kws: Any) -> Any:
        """Find the code for the types of a call, whatever its literal values."""
        return template_for(
            tuple(map(types.unliteral, args)), {name: types.unliteral(a) for name, a in kws.items()}
        )

    part.get_call_template = general_template_for
    return part


def record_type(**fields: str) -> np.dtype[Any]:
    """Return the type of a record: fields in order, aligned."""
    return np.dtype(list(fields.items()), align=True)


def numbers_type(names: tuple[str, ...]) -> np.dtype[Any]:
    """Return the type of a record that holds only floats."""
    return np.dtype([(name, "f8") for name in names])


def records(dtype: np.dtype[Any]) -> Callable[[int, int], Any]:
    """Return a function for compiled code: (address of a table, number) -> the record.

    Parameters
    ----------
    dtype
        The type of the table's records.
    """
    record, size = numba.from_dtype(dtype), dtype.itemsize

    @intrinsic
    def record_at(_context: Any, _address: Any, _number: Any) -> Any:
        """Return the record with a number in the table at an address."""

        def emit(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            """Emit address + number x size, as a pointer."""
            step = builder.mul(arguments[1], context.get_constant(types.int64, size))
            return builder.inttoptr(builder.add(arguments[0], step), context.get_value_type(record))

        return record(types.int64, types.int64), emit

    return cast("Callable[[int, int], Any]", record_at)


def address(table: np.ndarray[Any, Any]) -> int:
    """Return where a table lies; it must be contiguous and outlive every use."""
    if not table.flags.c_contiguous:
        raise ValueError(f"table must be contiguous (got strides {table.strides}).")
    return int(table.ctypes.data)
