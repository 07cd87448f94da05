"""The command line: one file per command, the only place that prints, exits and catches all errors."""

from ocr.cli.app import main

__all__ = ["main"]
