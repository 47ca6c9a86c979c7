"""A site as the server processes see it: read from its directory, named on the command line."""

import argparse
import sys
from pathlib import Path

from duco_cms.embedded.credentials import load_or_create
from duco_cms.embedded.layout import Layout, layout_at
from duco_cms.embedded.ports import read_ports
from duco_cms.embedded.server import Site


def module_command(module: str, layout: Layout) -> tuple[str, ...]:
    return (sys.executable, "-m", module, "--var", str(layout.var))


def site_of_command_line(module: str) -> Site:
    """`--var DIR`, where ports.json and secrets.json lie already."""
    parser = argparse.ArgumentParser(prog=module)
    parser.add_argument("--var", type=Path, required=True, help="directory of the local system")
    layout = layout_at(parser.parse_args().var)
    return Site(layout, read_ports(layout.ports), load_or_create(layout.credentials))
