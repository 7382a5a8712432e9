"""The roles that a template gives to elements of the body."""

from __future__ import annotations

from typing import Final

ROLE: Final = " role"
"""Attribute under which a tag carries its role; no page can have it, names hold no blank."""

FRAME: Final = "frame"
"""Pictures or a video with their caption."""

CAPTION: Final = "caption"
LINE: Final = "line"
"""An inline element that stands on a line of its own."""

KEYWORD: Final = "keyword"
"""A link that is a word of the article, wherever it leads."""

DROP: Final = "drop"
"""Left behind with all that is in it; what that may be of the article is counted."""

NOTICE: Final = "notice"
"""As ``drop``; but a sentence of its own is nothing of the article: the byline, "be the first to comment"."""

BOX: Final = "box"
"""A box of links to other articles, or what nobody sees: left behind and counted too, more strictly."""

MUTE: Final = "mute"
"""Left behind without a look."""
