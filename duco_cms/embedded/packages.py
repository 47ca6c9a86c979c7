"""Where a Python package lies, found without importing it: some start servers or open files on import."""

import importlib.util
from pathlib import Path


def package_directory(name: str) -> Path:
    """Raises SystemExit with what to install where the package is missing."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"The package {name} is not installed: run `make setup` (requirements-dev.txt).")
    return Path(found.submodule_search_locations[0])
