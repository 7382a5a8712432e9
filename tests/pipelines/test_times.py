"""Times as text that sorts as the times do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import times

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, MOMENTS)
def test_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    seconds = [moment.replace(microsecond=0) for moment in (one, other)]
    assert (times.utc(one) < times.utc(other)) == (seconds[0] < seconds[1])
    assert times.parse(times.utc(one)) == seconds[0]


def test_the_sites_times_have_its_offset() -> None:
    assert times.local(datetime(2026, 8, 1, 18, 30, tzinfo=UTC)) == "2026-08-02T01:30:00+07:00"
    assert times.local(None) is None


@pytest.mark.parametrize("write", [times.utc, times.local])
def test_a_time_without_an_offset_is_never_guessed_at(write: object) -> None:
    with pytest.raises(ValueError, match="without an offset"):
        write(datetime(2026, 8, 1))  # type: ignore[operator]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("id_", "day"),
    [
        ("20240412174135131", "2024-04-12"),
        ("20240432174135131", None),
        ("00010101000000000", None),
        ("797521", None),
        ("url-0123456789abcdef", None),
        (None, None),
    ],
)
def test_a_17_digit_id_spells_its_day(id_: str | None, day: str | None) -> None:
    assert times.day_of_id(id_) == day
