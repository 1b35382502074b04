"""Who vouches for a file, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source


def review(source: Source, today: date) -> list[Issue]:
    """Author and checker are two people, dates are days and in order, and what is approved is signed."""
    given = source.top("review")
    if not isinstance(given, Mapping) or not source.sound(("review",)):
        return []
    issues = []

    def say(key: str, words: str, severity: str = "error") -> None:
        issues.append(source.issue(("review", key), f"review: {words}", severity))

    author, checker = given.get("author"), given.get("checker")
    if author and checker and author.strip().casefold() == checker.strip().casefold():
        say("checker", "author and checker are the same person")
    days = {key: _day(given.get(key)) for key in ("reviewed", "next_review")}
    for key, day in days.items():
        if given.get(key) and day is None:
            say(key, f"{key} {given[key]} is no day of the calendar")
    reviewed, following = days["reviewed"], days["next_review"]
    if reviewed and reviewed > today:
        say("reviewed", f"reviewed on {reviewed}, which is yet to come")
    if reviewed and following and following <= reviewed:
        say("next_review", f"the next review on {following} is not after the last, on {reviewed}")
    if source.top("status") == "approved":
        missing = [key for key in ("author", "checker", "reviewed", "next_review") if not given.get(key)]
        if missing:
            say(missing[0], f"approved, but without {', '.join(missing)}")
    if following and following < today:
        say("next_review", f"the review has expired: it was due on {following}", "warning")
    return issues + _validity(source)


def _validity(source: Source) -> list[Issue]:
    issues = []
    items = [((), source.data)] if isinstance(source.data, Mapping) else []
    items += list(source.clauses())
    for path, item in items:
        first, last = _day(item.get("valid_from")), _day(item.get("valid_to"))
        for key, day in (("valid_from", first), ("valid_to", last)):
            if item.get(key) and day is None and source.sound((*path, key)):
                issues.append(source.issue((*path, key), f"{key} {item[key]} is no day of the calendar"))
        if first and last and last < first:
            issues.append(source.issue((*path, "valid_to"), f"valid to {last}, which is before {first}"))
        if (first or last) and path and not item.get("rules"):
            issues.append(
                source.issue(
                    (*path, "valid_from"), f"{item['id']}: days of validity on a clause without rules"
                )
            )
    return issues


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
