"""The command lines of `manage.py lint`, `fmt`, `test` and `compile`."""

from __future__ import annotations

import argparse

from ingest.command_line import HelpFormatter

_EXITS = "exit codes: 0 nothing to mend (warnings and hints may be told); 1 problems; 2 misuse"


def _parser(program: str, description: str, examples: str) -> argparse.ArgumentParser:
    epilog = f"examples:\n{examples}\n\n{_EXITS}"
    parser = argparse.ArgumentParser(program, description=description, epilog=epilog, formatter_class=HelpFormatter)
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="definitions (.duco; - is standard input) and DBC files beside them"
    )
    return parser


def _with_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: for editors and CI (default: text)"
    )


def lint_parser(program: str) -> argparse.ArgumentParser:
    parser = _parser(
        program,
        "Checks definitions: says what is wrong, where, why, and what to do. Files see each other's names.",
        "  manage.py lint excavator.duco\n"
        "  manage.py lint excavator.duco j1939.dbc --format json\n"
        "  cat excavator.duco | manage.py lint -",
    )
    _with_format(parser)
    return parser


def fmt_parser(program: str) -> argparse.ArgumentParser:
    parser = _parser(
        program,
        "Formats definitions, in place. A file with errors stays as it is.",
        "  manage.py fmt *.duco\n  manage.py fmt --check *.duco",
    )
    parser.add_argument("--check", action="store_true", help="change nothing; 1 where a file is not formatted")
    return parser


def test_parser(program: str) -> argparse.ArgumentParser:
    parser = _parser(
        program,
        "Runs the golden samples and the test sequences of definitions.",
        "  manage.py test excavator.duco\n  manage.py test excavator.duco j1939.dbc --format json",
    )
    _with_format(parser)
    return parser


def compile_parser(program: str) -> argparse.ArgumentParser:
    parser = _parser(
        program,
        "Compiles definitions as publishing does; what has an error is not compiled.",
        "  manage.py compile excavator.duco --explain\n  manage.py compile excavator.duco --out content.json",
    )
    parser.add_argument(
        "--explain", action="store_true", help="what each rule reads, costs and remembers, and its code"
    )
    parser.add_argument("--out", metavar="FILE.json", help="the content of a release")
    _with_format(parser)
    return parser
