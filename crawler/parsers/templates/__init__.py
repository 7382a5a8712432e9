"""The page designs of the site, newest first; the first whose marks a page carries reads it.

Each file ``t<year>.py`` beside this one is a design and states it as ``TEMPLATE_<year>``: a new one
needs nothing but its file.
"""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from crawler.parsers.select import Element, first
from crawler.parsers.templates.base import Template


def _all() -> tuple[Template, ...]:
    names = (module.name for module in iter_modules(__path__))
    years = sorted((name[1:] for name in names if re.fullmatch(r"t\d{4}", name)), reverse=True)
    return tuple(getattr(import_module(f"{__name__}.t{year}"), f"TEMPLATE_{year}") for year in years)


TEMPLATES: Final = _all()

_MARKS: Final = tuple(
    (template, marks[rank])
    for rank in range(max(len(template.marks) for template in TEMPLATES))
    for template in TEMPLATES
    if len(marks := template.marks) > rank
)


def recognise(root: Element) -> Template | None:
    """The template whose marks the page carries; None where none does."""
    return next((template for template, mark in _MARKS if first(root, (mark,)) is not None), None)
