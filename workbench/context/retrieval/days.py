"""Days, weeks, months and seasons as spans of days."""

from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNIT_DAYS = {"day": 1, "night": 1, "week": 7, "weekend": 7, "month": 30, "year": 365}
SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}
"""First month of each, where the sun is northern."""

Days = tuple[int, int]
"""``[first, until)``, as `datetime.date.toordinal` counts days."""

_SLACK_DAYS = {1: 0, 7: 3, 30: 15, 365: 183}


def month_days(year: int, month: int) -> Days:
    """A month."""
    first = date(year, month, 1)
    return first.toordinal(), (first + timedelta(days=32)).replace(day=1).toordinal()


def day_days(year: int, month: int, day: int) -> Days | None:
    """A day; None when there is none, such as 31 June."""
    try:
        first = date(year, month, day).toordinal()
    except ValueError:  # 31 June
        return None
    return first, first + 1


def weekday_before(day: int, name: str) -> int:
    """The day of that name within the seven days before."""
    return day - 1 - (date.fromordinal(day - 1).weekday() - WEEKDAYS.index(name.lower())) % 7


def weekday_after(day: int, name: str) -> int:
    """The day of that name within the seven days after."""
    return day + 1 + (WEEKDAYS.index(name.lower()) - date.fromordinal(day + 1).weekday()) % 7


def shifted(day: int, unit: str, count: int) -> Days:
    """A unit of time, so many of them away: a week is known to about three days, a month to half of one."""
    at = day + UNIT_DAYS[unit] * count
    slack = _SLACK_DAYS[UNIT_DAYS[unit]]
    return at - slack, at + slack + 1


def relative_days(side: str, what: str, day: int) -> Days:
    """Such as last week, next Friday, this month, last summer, seen from a day."""
    back = side in ("last", "past", "previous")
    ahead = side in ("next", "coming")
    if what in WEEKDAYS:
        at = weekday_before(day, what) if back else weekday_after(day, what)
        return at, at + 1
    if what in SEASONS:
        today = date.fromordinal(day)
        year = today.year - (1 if back and today.month <= SEASONS[what] + 2 else 0) + (1 if ahead else 0)
        return season_days(what, year)
    if what == "weekend":
        saturday = weekday_before(day, "saturday") if back else weekday_after(day - 1, "saturday")
        return saturday, saturday + 2
    if what == "year":
        year = date.fromordinal(day).year + ahead - back
        return date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    if what == "month":
        today = date.fromordinal(day)
        months = today.year * 12 + today.month - 1 + ahead - back
        return month_days(months // 12, months % 12 + 1)
    return (day - 7, day) if back else (day + 1, day + 8) if ahead else (day - 6, day + 7)


def season_days(name: str, year: int) -> Days:
    """Three months."""
    first = date(year, SEASONS[name], 1)
    return first.toordinal(), (first + timedelta(days=95)).replace(day=1).toordinal()
