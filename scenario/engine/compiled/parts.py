"""Compile many small functions as the parts of one: optimised and turned into machine code once, with the whole.

Numba finishes every function by itself: it links copies of all that the function calls, optimises them
and emits machine code, again and again on every level of a deep program. A part here stops before that:
its library holds only its own code, and whoever is compiled as a whole gathers all parts, once each.
"""

from __future__ import annotations

import ctypes
from typing import Any

from llvmlite.binding import Linkage  # type: ignore[import-untyped]
from numba import _dynfunc  # type: ignore[attr-defined]
from numba.core import compiler, typed_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_machinery import LoweringPass, register_pass

_NOT_CALLABLE = ctypes.cast(ctypes.pythonapi.PyObject_Call, ctypes.c_void_p).value
"""What Python calls if somebody calls a part: it finds that there is nothing to call, a TypeError."""


class PartLibrary(JITCodeLibrary):
    """The code of one part: neither linked, nor optimised as a whole, nor emitted."""

    def finalize(self) -> None:
        """Be ready to be gathered."""
        self._finalized = True

    def gathered(self, seen: dict[int, Any]) -> None:
        """Gather this library and all that it calls, callees first."""
        if id(self) not in seen:
            seen[id(self)] = self
            for library in self._linking_libraries:
                _gather(library, seen)


class WholeLibrary(JITCodeLibrary):
    """The code of a whole: all its parts are linked, each once, before it is optimised and emitted."""

    def finalize(self) -> None:
        """Gather the parts and finish as Numba does."""
        seen: dict[int, Any] = {}
        for library in self._linking_libraries:
            _gather(library, seen)
        self._linking_libraries = list(seen.values())
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Optimise as Numba does, with it said that nobody else calls the parts: those called once dissolve.

        They get names of their own: the linker in this process would give a part, which is called otherwise now, to
        whoever is compiled later and calls a function of the same name.
        """
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.linkonce_odr:
                function.linkage = Linkage.internal
                function.name = f"part of {self.name}: {function.name}"
        super()._optimize_final_module()


def _gather(library: Any, seen: dict[int, Any]) -> None:
    """Gather a library, with its parts where it has some."""
    if isinstance(library, PartLibrary):
        library.gathered(seen)
    else:
        seen[id(library)] = library


@register_pass(mutates_CFG=False, analysis_only=False)
class _PartBegins(LoweringPass):
    """Give the function a library of its own kind, and keep Numba from emitting it."""

    _name = "scenario_part_begins"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Prepare the state of the compilation."""
        state.library = PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        return False


@register_pass(mutates_CFG=False, analysis_only=False)
class _PartEnds(LoweringPass):
    """Make the function known to its callers."""

    _name = "scenario_part_ends"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Register an entry point that stands for the code in the library."""
        found = state["cr"]
        module, name = found.fndesc.lookup_module(), found.fndesc.qualname
        entry = _dynfunc.make_function(module, name, "part", _NOT_CALLABLE, found.env, (state.library,))
        state.targetctx.insert_user_function(entry, found.fndesc, [state.library])
        state["cr"] = found._replace(cfunc=entry)
        return False


@register_pass(mutates_CFG=False, analysis_only=False)
class _WholeBegins(LoweringPass):
    """Give the function a library that gathers parts, and that can be cached."""

    _name = "scenario_whole_begins"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Prepare the state of the compilation."""
        state.library = WholeLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return False


class PartCompiler(compiler.CompilerBase):
    """The pipeline of a part."""

    def define_pipelines(self) -> list[Any]:
        """Return Numba's own pipeline with a beginning and an end."""
        pipeline = compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
        pipeline.add_pass_after(_PartBegins, typed_passes.NopythonTypeInference)
        pipeline.add_pass_after(_PartEnds, typed_passes.NativeLowering)
        pipeline.finalize()
        return [pipeline]


class WholeCompiler(compiler.CompilerBase):
    """The pipeline of a whole."""

    def define_pipelines(self) -> list[Any]:
        """Return Numba's own pipeline with a beginning."""
        pipeline = compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
        pipeline.add_pass_after(_WholeBegins, typed_passes.NopythonTypeInference)
        pipeline.finalize()
        return [pipeline]
