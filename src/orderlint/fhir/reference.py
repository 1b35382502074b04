"""References between the resources of a run, and the canonical URLs of definitions.

The nearest match counts: first what is contained, then the same Bundle (from the inside out), the same
file, the whole run. The order in which resources came in makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from orderlint.fhir.source.container import Resource
from orderlint.namedtuple import NamedTuple

_RUN = ""  # the outermost scope
_SHOWN = 5  # different resources of one id; more say no more
_LITERAL = re.compile(r"(?:(?P<base>.+?)/)?(?P<type>[A-Z][A-Za-z0-9]+)/(?P<id>[^/?#|\s]+)")
_HISTORY = r"/_history/(?P<version>[^/]+)\Z"
_PIECE = r"(?P<number>[0-9]+)|[A-Za-z]+"


class _Target(NamedTuple):
    """A reference taken apart: the keys to look for, and the version of the resource asked for."""

    exact: str | None  # an absolute URL or URN, as ``fullUrl`` would give it
    local: str | None  # "Type/id"
    version: str | None


class Index:
    """All resources of a run. Nothing here raises, whatever stands in a reference."""

    def __init__(self) -> None:
        self._by_url: dict[tuple[str, str], list[Resource]] = {}  # scope, fullUrl
        self._by_id: dict[tuple[str, str], list[Resource]] = {}  # scope, "Type/id"
        self._by_canonical: dict[tuple[str, str], list[Resource]] = {}  # scope, url without version
        self._contained: dict[tuple[object, str], list[Resource]] = {}  # place of the parent, id
        self._picked: dict[int, tuple[Resource, ...]] = {}  # id of one of the lists above

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> Index:
        """The index of all ``resources``."""
        index = cls()
        for resource in resources:
            index.add(resource)
        return index

    def add(self, resource: Resource) -> None:
        """Make ``resource`` known to all that comes after, and before."""
        self._picked.clear()
        canonical = resource.value.get("url")
        if resource.parent is not None:
            if resource.id:
                key = (resource.parent.place, resource.id.removeprefix("#"))
                self._contained.setdefault(key, []).append(resource)
            if isinstance(canonical, str):
                scope = _inside(resource.parent)
                self._by_canonical.setdefault((scope, canonical), []).append(resource)
            return
        local = f"{resource.type}/{resource.id}" if resource.id else None
        url = _normal(resource.full_url) if resource.full_url else None
        if url and not local:
            tail = _LITERAL.fullmatch(url)
            local = f"{tail['type']}/{tail['id']}" if tail and tail["type"] == resource.type else None
        for scope in (*resource.scope, _RUN):
            if local:
                self._by_id.setdefault((scope, local), []).append(resource)
            if url:
                self._by_url.setdefault((scope, url), []).append(resource)
            if isinstance(canonical, str):
                self._by_canonical.setdefault((scope, canonical), []).append(resource)

    def resolve(self, reference: object, source: Resource) -> Resource | None:
        """What ``reference``, as written in ``source``, points to.

        None where nothing in the run answers to it, or several resources do that differ (then
        :meth:`ambiguous` has them).
        """
        found = self._candidates(reference, source)
        return found[0] if len(found) == 1 else None

    def ambiguous(self, reference: object, source: Resource) -> tuple[Resource, ...]:
        """The different resources that ``reference`` may mean, by place; empty where it means one or none."""
        found = self._candidates(reference, source)
        return found if len(found) > 1 else ()

    def resolve_canonical(self, url: object, source: Resource) -> Resource | None:
        """The definition that a canonical URL (``url``, ``url|version``, ``#id``, ``Type/id``) names.

        Without a version the nearest one counts, and of several there the latest version.
        """
        found = self._canonical_candidates(url, source)
        return found[0] if len(found) == 1 else None

    def ambiguous_canonical(self, url: object, source: Resource) -> tuple[Resource, ...]:
        """The different definitions that a canonical URL may mean, as in :meth:`ambiguous`."""
        found = self._canonical_candidates(url, source)
        return found if len(found) > 1 else ()

    def _candidates(self, reference: object, source: Resource) -> tuple[Resource, ...]:
        if not isinstance(reference, str) or not (reference := reference.strip()):
            return ()
        outer, hash_, fragment = reference.partition("#")
        if not outer:
            return self._fragment(fragment, source)
        target = _target(outer, source)
        found = self._nearest(target, source)
        if hash_ and len(found) == 1:
            return self._distinct(self._contained.get((found[0].place, fragment)))
        return found

    def _fragment(self, name: str, source: Resource) -> tuple[Resource, ...]:
        """``#name``: contained here, or in what contains this; ``#`` alone is the container."""
        here: Resource | None = source
        if not name:
            return (source.parent or source,)
        while here is not None:
            found = self._distinct(self._contained.get((here.place, name)))
            if found:
                return found
            here = here.parent
        return ()

    def _nearest(self, target: _Target, source: Resource) -> tuple[Resource, ...]:
        scopes = (*source.scope, _RUN)
        lookups: list[list[Resource] | None] = []
        if target.exact and target.local and _is_relative_to(source, target.exact):
            # A relative reference: the resource of the same server, else any by its id, ever farther out.
            for scope in scopes:
                lookups.append(self._by_url.get((scope, target.exact)))
                lookups.append(self._by_id.get((scope, target.local)))
        else:
            if target.exact:
                lookups.extend(self._by_url.get((scope, target.exact)) for scope in scopes)
            if target.local:
                lookups.extend(self._by_id.get((scope, target.local)) for scope in scopes)
        for found in lookups:
            if found:
                asked = _of_version(found, target.version)
                return self._distinct(found) if asked is found else _different(asked)
        return ()

    def _canonical_candidates(self, url: object, source: Resource) -> tuple[Resource, ...]:
        if not isinstance(url, str) or not (url := url.strip()):
            return ()
        if url.startswith("#"):
            return self._candidates(url, source)
        plain, _, version = url.partition("|")
        whole, _, fragment = plain.partition("#")
        for scope in _canonical_scopes(source):
            found = self._by_canonical.get((scope, whole), [])
            if version:
                found = [each for each in found if each.value.get("version") == version]
            if found:
                latest = max(map(_version_order, found))
                chosen = _different([each for each in found if _version_order(each) == latest])
                if fragment and len(chosen) == 1:
                    return self._distinct(self._contained.get((chosen[0].place, fragment)))
                return chosen
        return tuple(
            each
            for each in self._candidates(plain, source)
            if not version or each.value.get("version") in (None, version)
        )

    def _distinct(self, found: list[Resource] | None) -> tuple[Resource, ...]:
        """:func:`_different` for one of the lists kept here, and remembered."""
        if not found or len(found) == 1:
            return tuple(found or ())
        known = self._picked.get(id(found))
        if known is None:
            known = self._picked[id(found)] = _different(found)
        return known


def _different(found: list[Resource]) -> tuple[Resource, ...]:
    """One of each that differ in their JSON, by place, and no more than it takes to show."""
    different: list[Resource] = []
    for each in sorted(found, key=lambda each: each.place):
        if not any(each.value == other.value for other in different):
            different.append(each)
            if len(different) == _SHOWN:
                break
    return tuple(different)


def _target(reference: str, source: Resource) -> _Target:
    history = re.search(_HISTORY, reference) if "/_history/" in reference else None
    version = history["version"] if history else None
    url = _normal(reference)
    literal = _LITERAL.fullmatch(url)
    if literal is None:
        return _Target(url, None, version)
    local = f"{literal['type']}/{literal['id']}"
    if literal["base"]:
        return _Target(url, local, version)
    base = _base(source)
    return _Target(f"{base}/{local}" if base else None, local, version)


def _is_relative_to(source: Resource, exact: str) -> bool:
    base = _base(source)
    return base is not None and exact.startswith(f"{base}/")


def _base(source: Resource) -> str | None:
    """The server that a resource's own ``fullUrl`` names; contained ones have their container's."""
    url = source.outermost.full_url
    literal = _LITERAL.fullmatch(_normal(url)) if url else None
    return literal["base"] if literal else None


def _normal(url: str) -> str:
    """A URL without the version of the resource; a UUID in lower case, as its case means nothing."""
    url = url.strip()
    if "/_history/" in url:
        url = re.sub(_HISTORY, "", url)
    return url.lower() if url[:9].lower() == "urn:uuid:" else url


def _of_version(found: list[Resource], version: str | None) -> list[Resource]:
    """Those of the version asked for; all where none says that it is."""
    if version is None or len(found) == 1:
        return found
    return [each for each in found if _version_id(each) == version] or found


def _version_id(resource: Resource) -> object:
    meta = resource.value.get("meta")
    return meta.get("versionId") if isinstance(meta, dict) else None


def _inside(parent: Resource) -> str:
    """The scope of what ``parent`` contains."""
    return f"{parent.place.file}@{parent.place.byte}#{parent.place.pointer}/contained"


def _canonical_scopes(source: Resource) -> Iterator[str]:
    here: Resource | None = source
    while here is not None:
        yield _inside(here)
        here = here.parent
    yield from source.scope
    yield _RUN


def _version_order(resource: Resource) -> tuple[tuple[int, int, str], ...]:
    """Versions by their numbers: 1.10 is after 1.9, 1.0.0 after 1.0.0-draft, any after none."""
    version = resource.value.get("version")
    if not isinstance(version, str):
        return ()
    pieces: list[tuple[int, int, str]] = []
    for piece in re.finditer(_PIECE, version):
        number = piece["number"]
        digits = number.lstrip("0") if number else ""
        pieces.append((2, len(digits), digits) if number else (0, 0, piece[0].lower()))
    return (*pieces, (1, 0, ""))
