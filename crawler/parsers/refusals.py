"""Pages that are no article: which they are, told from their titles, marks and addresses.

Asked only of pages on which no article was found, or that no template recognises and that do not
call themselves an article, so that a headline about a fire wall or a maintenance day never hides one.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.parsers.errors import BlockedError, EmptyPageError, NotArticleError, ParseError
from crawler.parsers.identity import not_article_url
from crawler.parsers.metadata import Metadata
from crawler.parsers.select import Element, first_text, select
from crawler.parsers.text import clean

_LISTING: Final = (
    "div.list-content, ul.list-newsest, ul.list-pagination, div.listspecial, .content-list,"
    " .control__loadmore, #search_result, article.story ~ article.story"
)
_LOGIN_FORM: Final = "input[type=password]"
_CHALLENGE: Final = (
    "#challenge-form, #challenge-running, #cf-wrapper, .cf-error-details, .g-recaptcha, .h-captcha,"
    " script[src*='/cdn-cgi/challenge-platform'], iframe[src*='captcha']"
)
_ERROR_PAGE: Final = "an error page"
_SHORT: Final = 3_000  # characters of text; a page that stands in the way says little

_BLOCKED: Final = (
    (
        "a challenge page",
        re.compile(
            r"just a moment|checking your browser|verify you are human|attention required"
            r"|captcha|xác minh bạn (?:là|không phải)|ddos|unusual traffic|not a robot",
            re.I,
        ),
    ),
    (
        "access denied",
        re.compile(
            r"access (?:is )?denied|403 forbidden|\bforbidden\b|request blocked|you have been blocked"
            r"|truy cập bị (?:từ chối|chặn)|too many requests|temporarily restricted",
            re.I,
        ),
    ),
    (
        "a maintenance page",
        re.compile(
            r"maintenance|bảo trì|đang nâng cấp|service (?:temporarily )?unavailable"
            r"|temporarily unavailable|tạm ngừng phục vụ|tạm thời gián đoạn",
            re.I,
        ),
    ),
    ("a login page", re.compile(r"^(?:đăng nhập|log ?in|sign ?in)\b|vui lòng đăng nhập", re.I)),
)
_ERRORS: Final = re.compile(
    r"\b404\b|not found|không tìm thấy|không tồn tại|không có trên hệ thống|kiểm tra lại đường dẫn"
    r"|đã bị (?:xóa|xoá|gỡ)|bad gateway|gateway time-?out"
    r"|\b50[0-4]\b|runtime error|server error|lỗi (?:hệ thống|máy chủ)|đã xảy ra lỗi",
    re.I,
)


def refusal(root: Element, metadata: Metadata, url: str) -> ParseError:
    """The error that says what a page without an article is."""
    return obstacle(root) or _not_article(root, metadata, url)


def obstacle(root: Element) -> ParseError | None:
    """The error of a page that stands in the way of an article; None of one that shows no sign of it."""
    text = clean(" ".join(_words(root)))
    title = first_text(root, ("title",)) or ""
    heading = first_text(root, ("h1", "h2")) or ""
    if not text and not title:
        return EmptyPageError("an empty page", "it has no words")
    short = len(text) <= _SHORT
    blocked = _blocked(root, f"{title}\n{heading}\n{text if short else ''}", short=short)
    if blocked:
        return BlockedError(blocked, "no article was served; try again later")
    if _ERRORS.search(f"{title}\n{heading}\n{text[:600] if short else ''}"):
        return NotArticleError(_ERROR_PAGE, "the site has no article here")
    return None


def is_error_page(error: ParseError) -> bool:
    """Whether what :func:`refusal` says of a page is that the site has nothing there: a soft 404."""
    return error.what == _ERROR_PAGE


def _not_article(root: Element, metadata: Metadata, url: str) -> NotArticleError:
    what = not_article_url(url) or (not_article_url(metadata.canonical) if metadata.canonical else None)
    if what:
        return NotArticleError(what)
    if is_listing(root, metadata):
        return NotArticleError("a listing page")
    return NotArticleError("a page without an article", "neither a template nor its metadata shows one")


def is_listing(root: Element, metadata: Metadata) -> bool:
    """Whether a page has the marks of a listing, or names the address of one as its own."""
    own = metadata.canonical
    return bool(select(root, _LISTING)) or (own is not None and not_article_url(own) is not None)


def _blocked(root: Element, words: str, *, short: bool) -> str | None:
    if select(root, _CHALLENGE) and short:
        return "a challenge page"
    if select(root, _LOGIN_FORM) and short:
        return "a login page"
    return next((what for what, pattern in _BLOCKED if any(map(pattern.search, words.split("\n")))), None)


def _words(root: Element) -> list[str]:
    """The visible words of a page, as far as they are needed here."""
    found: list[str] = []
    for element in root.iter():
        if element.tag not in ("script", "style", "template", "title", "noscript") and element.text:
            found.append(element.text)
        if element.tail:
            found.append(element.tail)
    return found
