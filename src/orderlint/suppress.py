"""Suppressions: which findings are hidden, why, and until when. Written in configuration or in a tag.

A suppression names one rule, has a reason, and can expire. One that hides nothing, or is past its
date, is a finding itself. What can't be read is never hidden, and the ledger never changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from orderlint.findings import Finding
from orderlint.globs import matches, relative
from orderlint.namedtuple import NamedTuple
from orderlint.record import Place

TAG_SYSTEM = "https://orderlint.dev/suppress"
TAGGED_TYPES = frozenset({"MedicationRequest", "ActivityDefinition", "PlanDefinition"})
UNUSED, EXPIRED = "unused-suppression", "expired-suppression"
NEVER_SUPPRESSED = frozenset({"invalid-json", UNUSED, EXPIRED})


class Suppression(NamedTuple):
    """One suppression, wherever it was written. ``problem`` says why it can't hide anything."""

    rule: str
    reason: str
    place: Place
    expires: date | None = None  # the last day on which it holds
    bad_date: str | None = None  # a date that can't be read counts as expired
    paths: tuple[str, ...] = ()  # globs, against ``base``
    base: str = ""  # the folder of the configuration file; "" takes paths as they are
    resource: str | None = None
    fingerprint: str | None = None
    tagged: bool = False  # written in a resource: holds for what lies at or below ``scope``
    scope: str = ""  # pointer of that resource
    line: int | None = None  # where it stands in a configuration file
    problem: str | None = None

    def in_force(self, today: date) -> bool:
        """True when it may hide something on this day."""
        return (
            self.problem is None and self.bad_date is None and (self.expires is None or today <= self.expires)
        )

    def covers(self, finding: Finding) -> bool:
        """True when the finding is one that it means, whatever the date."""
        if finding.rule != self.rule or finding.rule in NEVER_SUPPRESSED:
            return False
        if self.tagged:
            return self._tag_covers(finding)
        if self.resource is not None and finding.resource != self.resource:
            return False
        if self.fingerprint is not None and finding.fingerprint != self.fingerprint:
            return False
        return not self.paths or matches(relative(finding.place.file, self.base), self.paths)

    def _tag_covers(self, finding: Finding) -> bool:
        if finding.place._replace(pointer="") != self.place._replace(pointer=""):
            return False  # another file, or another line of an NDJSON file
        if self.resource is not None and finding.resource == self.resource:
            return True
        return finding.place.pointer == self.scope or finding.place.pointer.startswith(self.scope + "/")


def is_rule_name(text: str) -> bool:
    """True for what could be the name of a rule: words in lower case, with hyphens between."""
    return re.match(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z", text) is not None


def read_date(text: str) -> date | None:
    """A whole ISO date, else None."""
    try:  # fromisoformat knows other spellings, people don't
        return date.fromisoformat(text) if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", text) else None
    except ValueError:
        return None


def tag_suppressions(resource: Mapping[str, Any], place: Place) -> list[Suppression]:
    """What the ``meta.tag`` of an order or a definition suppresses in it.

    ``code`` is the rule, ``display`` the reason, ``version`` the last day, if there is one. Never
    raises, whatever shape the JSON has; an entry that is meant but wrong comes back with its problem.
    """
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    if not isinstance(tags, list):
        return []
    kind, ident = resource.get("resourceType"), resource.get("id")
    name = f"{kind}/{ident}" if isinstance(kind, str) and isinstance(ident, str) else None
    out = []
    for index, tag in enumerate(tags):
        if not isinstance(tag, dict) or tag.get("system") != TAG_SYSTEM:
            continue
        rule, reason, expires = (_words(tag.get(key)) for key in ("code", "display", "version"))
        dated = "version" in tag
        until = read_date(expires)
        problem = None
        if not isinstance(kind, str) or kind not in TAGGED_TYPES:
            problem = "only an order or a definition can carry one"
        elif not is_rule_name(rule):
            problem = "its code is not the name of a rule"
        elif rule in NEVER_SUPPRESSED:
            problem = "this rule can't be suppressed"
        elif not reason:
            problem = "it gives no reason (display)"
        out.append(
            Suppression(
                rule=rule if is_rule_name(rule) else "",  # strangers' text is not for messages
                reason=reason,
                place=place.child(f"/meta/tag/{index}"),
                expires=until,
                bad_date=(expires or "not a text") if dated and until is None else None,
                resource=name,
                tagged=True,
                scope=place.pointer,
                problem=problem,
            )
        )
    return out


def _words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


class Applied(NamedTuple):
    """``hidden`` carry their reason in ``suppressed``; ``extra`` are findings about suppressions."""

    kept: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    extra: tuple[Finding, ...]


def apply(
    findings: Iterable[Finding],
    suppressions: Sequence[Suppression],
    today: date,
    files_in_run: Collection[str],
    *,
    resources_in_run: Collection[str] | None = None,
    complete: bool = False,
) -> Applied:
    """Hide what is suppressed, and say which suppressions are of no use.

    A suppression that hides nothing is only called unused when the run looked where it points: a file
    of ``files_in_run`` meets its paths (and its resource is in ``resources_in_run``, where that is
    known); one without paths or resource only when the run was ``complete``.
    """
    kept: list[Finding] = []
    hidden: list[Finding] = []
    used: set[int] = set()
    by_rule: dict[str, list[int]] = {}
    for index, suppression in enumerate(suppressions):
        if suppression.in_force(today):
            by_rule.setdefault(suppression.rule, []).append(index)
    for finding in findings:
        covering = [i for i in by_rule.get(finding.rule, ()) if suppressions[i].covers(finding)]
        used.update(covering)
        if covering:
            hidden.append(finding._replace(suppressed=suppressions[covering[0]].reason))
        else:
            kept.append(finding)
    looked = _Looked(files_in_run, resources_in_run, complete)
    extra = [
        complaint
        for index, suppression in enumerate(suppressions)
        if (complaint := _complaint(suppression, index in used, today, looked)) is not None
    ]
    if extra:
        from orderlint.fingerprint import unique  # noqa: PLC0415 -- most runs have none

        extra = list(unique(extra))
    return Applied(tuple(kept), tuple(hidden), tuple(extra))


class _Looked(NamedTuple):
    """What a run has looked at."""

    files: Collection[str]
    resources: Collection[str] | None
    complete: bool

    def at(self, suppression: Suppression) -> bool:
        """True when a finding that the suppression means would have come up."""
        if suppression.tagged:
            return True
        if suppression.paths:
            globs, base = suppression.paths, suppression.base
            if not any(matches(relative(file, base), globs) for file in self.files):
                return False
        if suppression.resource is not None and self.resources is not None:
            return suppression.resource in self.resources
        return bool(suppression.paths) or self.complete


def _complaint(suppression: Suppression, used: bool, today: date, looked: _Looked) -> Finding | None:
    what = f"the suppression of {suppression.rule}" if suppression.rule else "a suppression"
    if suppression.problem is not None:
        return _finding(UNUSED, f"{what} hides nothing: {suppression.problem}", suppression)
    if suppression.bad_date is not None:
        words = f"the date of {what} is not a date as YYYY-MM-DD, so it counts as expired"
        return _finding(EXPIRED, words, suppression)
    if suppression.expires is not None and today > suppression.expires:
        return _finding(EXPIRED, f"{what} expired on {suppression.expires.isoformat()}", suppression)
    if not used and looked.at(suppression):
        return _finding(UNUSED, f"{what} hides nothing", suppression)
    return None


def _finding(rule: str, message: str, suppression: Suppression) -> Finding:
    from orderlint.fingerprint import content_hash, fingerprint  # noqa: PLC0415

    renew = "look at the finding again: correct the order, or give a new date and reason"
    finding = Finding(
        rule=rule,
        severity="warning",
        message=message,
        basis=None,
        place=suppression.place,
        resource=suppression.resource if suppression.tagged else None,
        advice=renew if rule == EXPIRED else "remove or correct it",
        line=suppression.line,
        column=None if suppression.line is None else 1,
    )
    # By what it says, not by where it stands: its index shifts when others come and go.
    says = suppression._replace(place=Place("", ""), line=None, scope="", base="")._asdict()
    anywhere = finding._replace(place=Place(suppression.place.file, ""), resource=None)
    return finding._replace(fingerprint=fingerprint(anywhere, content_hash(says)))
