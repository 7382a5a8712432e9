"""Where each health check draws its lines. Data, with the reason for each number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self

from crawler.errors import ArgumentError
from crawler.items import Kind
from pipelines.database.history import FIELDS

PREFIX = "TINTUC_HEALTH_"
_ACCEPTED: Final = re.compile(
    rf"(?:(?:{'|'.join(Kind)})\.)?(?:{'|'.join(FIELDS)})=(?:0(?:\.\d+)?|1(?:\.0+)?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Each is the setting ``TINTUC_HEALTH_`` + its name in capitals. Shares are between 0 and 1.

    The site publishes about 300 articles a day, some 75 in six hours of daytime, a handful in
    six hours of the night, and perhaps a third of it at Tết.
    """

    run_hours: float = 26
    """FAIL: no run has ended well for so long. A daily schedule plus two hours of slack."""
    stuck_hours: float = 12
    """WARN: a run has been under way for so long. A first run over three days takes one hour."""
    killed_warn: float = 2
    """WARN: runs in a row that were killed. One is a reboot; the next goes on where it was."""
    killed_fail: float = 4
    """FAIL: the same; every run is killed, as where the memory does not suffice, and none says so."""
    stored_least: float = 3
    """FAIL: new links found without one article stored. One or two may lead nowhere."""
    silence_warn: float = 12
    """WARN: hours without a new article. The longest quiet of an ordinary night is under 6."""
    silence_fail: float = 24
    """FAIL: hours without a new article. Even on the first day of Tết the site publishes."""
    amount_least: float = 20
    """Articles that must be usual in the same hours for a low number to mean anything."""
    amount_warn: float = 0.15
    """WARN: share of the usual number. A holiday brings a third of it, not a seventh."""
    amount_fail: float = 0.03
    """FAIL: share of the usual number; of 75 that is two."""
    layer_links: float = 5
    """Links a discovery layer usually gives for its drying up to mean anything."""
    blocked_warn: float = 0.02
    """WARN: share of answers that were refusals or challenge pages."""
    blocked_fail: float = 0.2
    """FAIL: at a fifth the site means us; going on makes it worse."""
    invalid_warn: float = 0.05
    """WARN: share of article pages that could not be stored; a healthy run has none."""
    invalid_fail: float = 0.25
    """FAIL: a quarter is no odd page, it is a page design."""
    not_article_warn: float = 0.25
    """WARN: share of article URLs that led to no article. A removed article's page is one now and then."""
    not_article_fail: float = 0.6
    """FAIL: most URLs lead elsewhere: the site's addresses have changed."""
    errors_warn: float = 0.2
    """WARN: share of fetches that ended in an HTTP or network error. Old links answer 404 in clusters."""
    errors_fail: float = 0.6
    """FAIL: most of the site does not answer."""
    duplicates_warn: float = 0.4
    """WARN: share of new articles that repeat another. Wire copy and re-runs make a tenth."""
    duplicates_fail: float = 0.8
    """FAIL: nearly all the same: the parser reads a box that every page has."""
    shares_least: float = 5
    """Fetches that a share must be of: one error in one fetch is no rate."""
    generic_warn: float = 0.1
    """WARN: share of text articles that no template recognised."""
    generic_fail: float = 0.5
    """FAIL: half of them: the site has a new page design."""
    generic_least: float = 3
    """Articles without a template that make an alarm; odd pages come in ones and twos."""
    field_drop_warn: float = 0.15
    """WARN: how far a field's presence may fall under its usual share."""
    field_drop_fail: float = 0.3
    """FAIL: the same, for fields that every article has."""
    chance_warn: float = 1e-6
    """WARN: how unlikely a fall must be by chance. Some 80 comparisons a run, 1,000 runs a week."""
    chance_fail: float = 1e-8
    """FAIL: the same; five articles of five without a field that 98 of 100 have."""
    field_floor: float = 0.9
    """Share of text articles that have a lead, body, byline, time and section, whatever has become
    usual: on the pages seen, all of them do."""
    accepted_fields: Mapping[str, float] = field(default_factory=dict)
    """Shares of a field that somebody has looked at and taken for what the site prints from now on:
    ``byline=0.3 photo.captions=0``. No more than that is expected; without a kind, of all kinds."""
    usual_least: float = 50
    """Articles that tell what is usual: of a week, or of as many weeks as hold so many. With fewer
    in all, only floors hold."""
    disk_warn_mb: float = 2000
    """WARN: megabytes free. A day takes some 40 MB (33 of them raw pages), so: a month and a half."""
    disk_fail_mb: float = 300
    """FAIL: a week, and too little for a backup or a migration."""

    @classmethod
    def from_settings(cls, get: Callable[[str], object]) -> Self:
        """The thresholds as settings have them; ``get`` gives a setting, None where it is not set.

        Raises:
            ArgumentError: a value is no number, or below zero; a field is none.
        """
        given = {one.name: get(PREFIX + one.name.upper()) for one in fields(cls)}
        return cls(**{name: _value(name, value) for name, value in given.items() if value not in (None, "")})

    def accepted(self, kind: str, name: str) -> float:
        """The share of a field that somebody has accepted; 1 where nobody has."""
        return self.accepted_fields.get(f"{kind}.{name}", self.accepted_fields.get(name, 1.0))


def _value(name: str, value: object) -> Any:
    return _shares(value) if name == "accepted_fields" else _number(name, value)


def _shares(value: object) -> dict[str, float]:
    given = re.split(r"[\s,]+", str(value).strip(" ,"))
    wrong = [one for one in given if not _ACCEPTED.fullmatch(one)]
    if wrong:
        raise ArgumentError(
            f"{PREFIX}ACCEPTED_FIELDS must be like byline=0.3 photo.captions=0, a field with the share"
            f" that is expected of it: {wrong[0]!r}"
        )
    return {name: float(share) for name, _, share in (one.partition("=") for one in given)}


def _number(name: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise ArgumentError(f"{PREFIX}{name.upper()} must be a number of at least 0: {value!r}")
    return number
