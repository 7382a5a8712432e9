"""The page designs of the site, newest first; the first whose marks a page carries reads it."""

from __future__ import annotations

from typing import Final

from crawler.parsers.select import Element, select
from crawler.parsers.templates.base import Template
from crawler.parsers.templates.t2016 import TEMPLATE_2016
from crawler.parsers.templates.t2021 import TEMPLATE_2021
from crawler.parsers.templates.t2026 import TEMPLATE_2026

TEMPLATES: Final = (TEMPLATE_2026, TEMPLATE_2021, TEMPLATE_2016)

_MARKS: Final = tuple(
    (template, marks[rank])
    for rank in range(max(len(template.marks) for template in TEMPLATES))
    for template in TEMPLATES
    if len(marks := template.marks) > rank
)


def recognise(root: Element) -> Template | None:
    """The template whose marks the page carries; None where none does."""
    return next((template for template, mark in _MARKS if select(root, mark)), None)
