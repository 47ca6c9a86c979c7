"""From a release's content and a machine model to the tables that the engine's kernels read."""

from parsing.compiler.model import compile_model
from parsing.compiler.tables import ModelTables

__all__ = ["ModelTables", "compile_model"]
