"""What a template is: one generation of the site's page design, as selectors, without behaviour.

Selectors are CSS (or XPath behind ``xpath:``). A tuple of selectors is tried in order until one
finds something; a single selector is a union of all it names. An empty one means that the design
has no such thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from crawler.items import Kind

ADVERTISEMENTS: Final = "xpath:.//ins[contains(@class, 'adsbygoogle') or @*[starts-with(name(), 'data-')]]"
"""An ``ins`` that a script fills; any other one is text of the article that was put in later."""

# Either case of the first letter. The page's own class may say what kind of page it is.
_OF_OTHERS: Final = (
    "ancestor::blockquote or"
    " ancestor::*/@class[(contains(., 'uote') or contains(., 'nterview')) and not(parent::body)]"
)
_IS_AUTHOR: Final = "contains(concat(' ', normalize-space(@class), ' '), ' author ')"
_AUTHOR: Final = f"[{_IS_AUTHOR}][not({_OF_OTHERS})]"
OWN_AUTHOR: Final = f"xpath:.//*{_AUTHOR}"
"""The author of the article: the one in a quotation or an interview is who is quoted."""

OWN_AUTHOR_BLOCK: Final = f"xpath:.//*[self::div or self::p]{_AUTHOR}"
OWN_AUTHOR_IN_BODY: Final = (
    f"xpath:.//div[contains(concat(' ', normalize-space(@class), ' '), ' boxdetail ')]//*{_AUTHOR}"
)
QUOTED_AUTHOR: Final = "blockquote .author, blockquote cite, [class*='uote'] .author"
"""Who is quoted, on a line of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The selectors of one page design.

    ``marks`` recognise the design: any one of them in a page is enough; the first ones of all
    templates are looked for before the second ones of any. Fields are looked for
    in ``region``; the body is read from ``body``. Left behind are what ``drop`` and ``notice`` name (all of
    them), the ``box`` of links to other articles, which may stand anywhere in it, and what ``mute`` names.
    What they swallow of the article, by an end tag left out, is told; but a ``notice`` may say a sentence
    of its own, and into what is mute nobody looks. Of a block that stands there twice, for ``wide`` and
    for ``narrow`` screens, one is read.
    In the body, ``frame`` is a picture with its caption where the page uses no ``figure``, ``caption`` is
    the caption's own element in or behind it, ``line`` is an inline element that stands on a line of its
    own, and ``keyword`` a link that is a word of the article, wherever it leads. ``opening`` are pictures
    and videos that stand before the body. ``published_else`` are so common that they count only in a
    region that the page has, and after metadata; the first that finds anything does.
    What ends in ``_input`` is the id of an input field (``live_input`` has 1 in a live report), in
    ``_script`` the name of a setting in a script.
    ``byline_places`` is a union of all that holds a byline: on a page with several of them all
    selectors of ``byline`` count, and not only the first that finds anything.
    ``tags_as_stated``: the meta tags keep the spelling that the printed tags lose.
    """

    name: str
    marks: tuple[str, ...]
    region: tuple[str, ...] = ()

    headline: tuple[str, ...]
    lead: tuple[str, ...]
    lead_without: str = ""
    lead_prefixes: tuple[str, ...] = ()
    published: tuple[str, ...]
    published_else: tuple[str, ...] = ()
    byline: tuple[str, ...]
    byline_places: str = ""
    byline_source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    section_id_input: str = ""
    section_id_script: str = ""
    page_id: str = ""
    page_id_input: str = ""
    page_id_script: str = ""
    tags: tuple[str, ...] = ()
    tags_as_stated: bool = False
    related: str = ""

    body: tuple[str, ...]
    drop: tuple[str, ...] = ()
    box: str = ""
    notice: tuple[str, ...] = ()
    mute: str = ""
    wide: str = ""
    narrow: str = ""
    keyword: str = ""
    frame: str = ""
    caption: str = ""
    line: str = ""
    opening: str = ""
    image_attributes: tuple[str, ...] = ("src",)
    caption_attributes: tuple[str, ...] = ()
    same_photo_by_name: bool = False

    live_input: str = ""
    kinds: tuple[tuple[Kind, str], ...] = ()
    kind_script: str = ""
    kind_words: dict[str, Kind] = field(default_factory=dict)
