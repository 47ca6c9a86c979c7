"""From the kernels' sources to object code for this processor: numba makes LLVM's IR of them, llvmlite the code."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib import import_module
from typing import Any

import llvmlite.binding as llvm
from numba import cfunc, from_dtype, types

from parsing.compiler import tables
from parsing.engine.kernels import SIGNATURES, Signature

_NUMBERS = {
    "u64": types.uint64, "u32": types.uint32, "u16": types.uint16, "u8": types.uint8, "i64": types.int64,
    "f64": types.float64, "at": types.uint64,
}  # fmt: skip
_AFTER_ERRORS = ("Py", "numba_", "NRT_")

_LIBRARY = ("memcpy", "memmove", "memset")
"""What compilers make of loops that copy and fill."""

_FILL = """\
define hidden ptr @memset(ptr %to, i32 %byte, i64 %size) {
  %low = trunc i32 %byte to i8
  call { ptr, i64 } asm sideeffect "rep stosb", "={di},={cx},{ax},0,1,~{memory}"(i8 %low, ptr %to, i64 %size)
  ret ptr %to
}
define hidden ptr @memcpy(ptr %to, ptr %from, i64 %size) {
  call { ptr, ptr, i64 } asm sideeffect "rep movsb", "={di},={si},={cx},0,1,2,~{memory}"(ptr %to, ptr %from, i64 %size)
  ret ptr %to
}
"""
"""The same in the object itself, so that it needs nobody else (`image`)."""


def compile_kernels() -> bytes:
    """One relocatable object with all kernels of `SIGNATURES`, each under its name, and nothing else to be seen."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()
    whole = llvm.parse_assembly("")
    for signature in SIGNATURES:
        whole.link_in(_module(signature))
    _end(whole)
    names = [signature.name for signature in SIGNATURES]
    for each in (*whole.functions, *whole.global_variables):
        if not each.is_declaration and each.name not in names:
            each.linkage = "internal"
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    machine = target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3, reloc="pic", codemodel="small"
    )
    # Once more as a whole: what numba would do after errors goes, as the traps say that there are none.
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(whole, builder)
    if target.name == "x86-64":
        whole.link_in(llvm.parse_assembly(_FILL))
    return bytes(machine.emit_object(whole))


def link(code: bytes, name: str) -> int:
    """Address of a kernel of an object that has to be linked by LLVM."""
    return int(_linked(code).get_function_address(name))


@cache
def _linked(code: bytes) -> Any:
    """The engine that owns the code; it lives as long as the process."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    process = ctypes.CDLL(None)
    for name in _LIBRARY:
        llvm.add_symbol(name, ctypes.cast(getattr(process, name), ctypes.c_void_p).value)
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


def _end(module: Any) -> None:
    """Define what numba would call after an exception as a trap: kernels raise none, and no linking process has it."""
    functions = [each.name for each in module.functions if each.is_declaration and each.name.startswith(_AFTER_ERRORS)]
    names = [each.name for each in module.global_variables if each.is_declaration and each.name.startswith("Py")]
    traps = [f"define void @{name}() {{ call void @llvm.trap() unreachable }}" for name in functions]
    nulls = [f"@{name} = global ptr null" for name in names]
    module.link_in(llvm.parse_assembly("\n".join(["declare void @llvm.trap()", *traps, *nulls])))
    for function in module.functions:
        if function.is_declaration and not function.name.startswith("llvm.") and function.name not in _LIBRARY:
            msg = f"a kernel calls {function.name}, which nobody links"
            raise RuntimeError(msg)


def _module(signature: Signature) -> Any:
    function = getattr(import_module(signature.module), signature.name)
    arguments = [_type(argument) for argument in signature.arguments]
    compiled = cfunc(types.void(*arguments), error_model="numpy")(function)
    module = llvm.parse_assembly(compiled.inspect_llvm())
    module.get_function(compiled.native_name).name = signature.name
    return module


def _type(argument: str) -> Any:
    if not argument.endswith("*"):
        return _NUMBERS[argument]
    name = argument.removesuffix("*")
    return types.CPointer(_NUMBERS.get(name) or from_dtype(getattr(tables, name)))
