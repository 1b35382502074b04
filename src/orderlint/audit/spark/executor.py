"""Phases and join as Spark jobs. What was sifted stays with Spark's executors, on their disks."""

from __future__ import annotations

import marshal
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial, reduce
from typing import Any

from orderlint import __version__
from orderlint.audit.executor import ExecutorFailed, Found, Head, Told, in_blocks, in_phase, joined
from orderlint.audit.export.inputs import Source
from orderlint.audit.job import PHASES, Job
from orderlint.audit.local.executor import LocalExecutor
from orderlint.audit.local.kept import Kept, beside, pieces
from orderlint.audit.spark.failures import file_of, in_one_line
from orderlint.audit.spark.needed import needed
from orderlint.audit.spark.places import BOM, DRIVER, LINES, WHOLE, Place, brought_here, find, same_uri
from orderlint.audit.spark.rows import HEAD, MEDICATION, ROW, SCHEMA, Rows
from orderlint.audit.spark.tasks import (
    Spot,
    ToJoin,
    ToSift,
    assumed,
    join_group,
    judged,
    sift_lines,
    sift_whole,
)
from orderlint.audit.spark.watch import watched
from orderlint.audit.units import Store, Unit, bases
from orderlint.fhir.source.limits import LIMITS
from orderlint.record import InputFault

FEW = 64 << 20  # bytes that driver and workers may have whole

_WHERE = ("_metadata.file_path as uri", "_metadata.file_block_start as first")
_TEXT = "concat(cast(value as binary), X'0A') as line"  # no text: broken UTF-8 stays as it is
_STRICT = {"ignoreCorruptFiles": "false", "ignoreMissingFiles": "false"}  # nothing is passed over
_LINE = ("kind", "source", "first", "line", "byte", "raw", "how")
_RESULT = "grp int, data binary"


class SparkExecutor:
    """Every phase is one frame that is kept; heads come to the driver, lines go from worker to worker."""

    name = "spark"

    def __init__(self, session: Any, store: Store, _jobs: int = 1) -> None:
        self.session = session
        self.store = store
        self.places: list[Place] = []
        self._frames: dict[str, Any] = {}
        self._shifts: dict[Spot, tuple[int, int]] = {}  # lines and bytes to add to those of a block

    @in_one_line
    def sources(self, paths: list[str]) -> tuple[list[Source], list[InputFault]]:
        """The files that paths and URLs name, as Hadoop's file systems list them."""
        found = find(self.session, paths)
        self.places = found.places
        return found.sources, found.faults

    @in_one_line
    def phase(self, job: Job, phase: str, told: Told) -> Found:
        """Sift; the frame stays with the executors."""
        chosen = [s for s in job.sources if in_phase(job, s, phase)]
        ways = {
            way: [s for s in chosen if self.places[s.number].how == way] for way in (LINES, WHOLE, DRIVER)
        }
        begins = self._counted(ways[LINES]) if job.settings.sample is not None else {}
        marked = frozenset(s.number for s in chosen if self.places[s.number].marked)
        shared = self._broadcast(ToSift(__version__, job, phase, self._numbers(chosen), marked, begins))
        frames = []
        if ways[LINES]:
            lines = self._text(ways[LINES]).selectExpr(*_WHERE, _TEXT)
            frames.append(lines.mapInArrow(partial(sift_lines, shared), SCHEMA))
        if ways[WHOLE]:
            whole = self._read(ways[WHOLE], "binaryFile").selectExpr(*_WHERE, "content")
            frames.append(whole.mapInArrow(partial(sift_whole, shared), SCHEMA))
        found, more = self._sifted_here(job, phase, ways[DRIVER])
        if frames or more:
            frame = self._frames[phase] = self._keep(_union(frames + more))
            try:
                with watched(self.session.sparkContext, told, phase, sum(s.size for s in chosen)):
                    heads = frame.where(f"kind = {HEAD}").select("source", "first", "raw").collect()
            except Exception as error:
                if not self._give_up(error, ways[LINES] + ways[WHOLE]):
                    raise
                frame.unpersist()
                return self.phase(job, phase, told)
            if self._swollen(ways[LINES], heads):
                frame.unpersist()
                return self.phase(job, phase, told)
            found += self._settled(phase, ways[LINES] + ways[WHOLE], heads, begins)
        before = bases(found)
        for unit, _ in found:
            _, further = self._shifts.get((phase, unit.source, unit.first), (0, 0))
            self._shifts[phase, unit.source, unit.first] = before[unit.name], further
        return found

    @in_one_line
    def join(self, job: Job, groups: list[list[int]], found: Mapping[str, Found], told: Told) -> None:
        """Shuffle by group, judge each, and bring the results here."""
        missing = set(range(len(groups)))
        rows = self._rows(groups, [p for p in PHASES if any(head["rows"] for _, head in found[p])])
        if rows is not None:
            rows, medications = self._with_medications(rows)
            shared = self._broadcast(ToJoin(__version__, job, self._shifts, medications, groups))
            apart = min(len(groups), int(self.session.conf.get("spark.sql.shuffle.partitions")))
            grouped = rows.repartition(apart, "grp").groupBy("grp")
            results = self._keep(grouped.applyInArrow(lambda table: join_group(shared, table), _RESULT))
            with watched(self.session.sparkContext, told, "join", len(groups)):
                for number, data in _brought(results):
                    self._write(number, data)
                    missing.discard(number)
            results.unpersist()
        nothing = judged(job, [], [], {})
        for number in missing:  # nothing was sent to these
            self._write(number, nothing)

    def forget(self) -> None:
        """Drop all frames."""
        for frame in self._frames.values():
            frame.unpersist()
        self._frames.clear()
        self._shifts.clear()

    # -- reading ----------------------------------------------------------------------------------

    def _read(self, sources: list[Source], kind: str, **options: str) -> Any:
        reader = self.session.read.format(kind).options(**_STRICT, **options)
        return reader.load([self.places[s.number].path for s in sources])

    def _text(self, sources: list[Source]) -> Any:
        return self._read(sources, "text", lineSep="\n")

    def _numbers(self, sources: list[Source]) -> dict[str, int]:
        return {self.places[s.number].uri: s.number for s in sources}

    def _counted(self, sources: list[Source]) -> dict[tuple[int, int], int]:
        """Where the first line of each block begins. In a sample, who has no id is told by that place."""
        if not sources:
            return {}
        from pyspark.sql.functions import expr  # noqa: PLC0415

        numbers = self._numbers(sources)
        lines = self._text(sources).selectExpr(*_WHERE, "octet_length(value) + 1 as size")
        rows = lines.groupBy("uri", "first").agg(expr("sum(size) as size")).collect()
        sizes = {(numbers[same_uri(row.uri)], row.first): int(row.size) for row in rows}
        for spot in sizes:
            if spot[1] == 0 and self.places[spot[0]].marked:
                sizes[spot] += len(BOM)
        return _begins(sizes)

    def _give_up(self, error: Exception, sources: list[Source]) -> bool:
        """Whether Spark failed over one file, as over damaged gzip: from now on it is sifted here."""
        number = self._numbers(sources).get(same_uri(file_of(error) or ""))
        if number is not None:
            self.places[number] = self.places[number]._replace(how=DRIVER)
        return number is not None

    def _swollen(self, sources: list[Source], heads: list[Any]) -> bool:
        """Whether gzip was unpacked to more than is allowed: the local reader says where it stopped."""
        sizes = {number: marshal.loads(raw)["bytes"] for number, _, raw in heads}  # noqa: S302 -- our own
        found = [
            s
            for s in sources
            if s.packed and sizes.get(s.number, 0) > max(LIMITS.gzip_free, LIMITS.gzip_ratio * s.size)
        ]
        for source in found:
            self.places[source.number] = self.places[source.number]._replace(how=DRIVER)
        return bool(found)

    def _sifted_here(self, job: Job, phase: str, sources: list[Source]) -> tuple[Found, list[Any]]:
        """What Spark can't read as we do is sifted in this process."""
        if not sources:
            return [], []
        numbers = {s.number for s in sources}
        with tempfile.TemporaryDirectory(prefix="orderlint-") as folder:
            local = (brought_here(self.session, s, folder) if s.number in numbers else s for s in job.sources)
            job = job._replace(sources=tuple(local))
            found = LocalExecutor(self.store, 1, by_place=False).phase(job, phase, lambda *_: None, numbers)
            return found, [self._frame(batch) for batch in self._batches(job, phase, found)]

    def _batches(self, job: Job, phase: str, found: Found) -> Iterator[Any]:
        rows = Rows()
        kept = Kept(self.store, job, [], {})
        for unit, head in found:
            if phase == "medications":
                named = head["medications"]
                lines = sorted({(line, byte) for _, _, _, byte, line in named})
                raws = ((line, byte, kept.medication(unit.source, byte)) for line, byte in lines)
                rows.medications(unit.source, unit.first, raws, named)
            for name in pieces(self.store, unit.name):
                for part in self.store.parts(name):
                    if part == beside(job):
                        continue
                    rows.sent(unit.first, {part: self.store.rows(name, part)})
                    yield from rows.full()
        yield from rows.rest()

    def _frame(self, batch: Any) -> Any:
        import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

        return self.session.createDataFrame(pa.Table.from_batches([batch]), schema=SCHEMA)

    # -- what came of it --------------------------------------------------------------------------

    def _settled(
        self, phase: str, sources: list[Source], heads: list[Any], begins: Mapping[tuple[int, int], int]
    ) -> Found:
        """Heads with bytes that count from the start of their source."""
        known: dict[tuple[int, int], Head] = {
            (source, first): marshal.loads(raw)  # noqa: S302 -- made by our own tasks
            for source, first, raw in heads
        }
        sizes = {spot: head["bytes"] for spot, head in known.items()}
        self._check(sources, sizes)
        true = _begins(sizes)
        found: Found = []
        for (source, first), head in sorted(known.items(), key=lambda one: one[0]):
            begin = true[source, first]
            by = begin - begins.get((source, first), assumed(first))
            self._shifts[phase, source, first] = 0, by
            head["faults"] = [(*f[:3], f[3] + by, *f[4:]) for f in head["faults"]]
            head["medications"] = [(*m[:3], m[3] + by, *m[4:]) for m in head["medications"]]
            found.append((Unit(phase, source, first, first + head["bytes"]), head))
        return found

    def _check(self, sources: list[Source], sizes: Mapping[tuple[int, int], int]) -> None:
        """Every byte was read once, or something is wrong that nobody would notice."""
        total: Counter[int] = Counter()
        for (number, _), size in sizes.items():
            total[number] += size
        for source in sources:
            by_lines = self.places[source.number].how == LINES and not source.packed
            if source.number not in total or (by_lines and total[source.number] - source.size not in (0, 1)):
                raise ExecutorFailed(f"{source.name} changed while it was read")

    def _rows(self, groups: list[list[int]], phases: list[str]) -> Any:
        """All lines that were sent, with the group of their partition; None where there are none."""
        group_of = {part: number for number, parts in enumerate(groups) for part in parts}
        listed = ",".join(str(group_of[part]) for part in range(len(group_of)))
        group = f"element_at(array({listed}), cast(part as int) + 1) as grp"
        frames = [
            self._frames[phase].where(f"kind = {ROW}").selectExpr(group, f"'{phase}' as phase", *_LINE)
            for phase in phases
        ]
        return _union(frames) if frames else None

    def _with_medications(self, rows: Any) -> tuple[Any, dict[tuple[int, int], bytes] | None]:
        """The rows, and the Medications for all of them; these are among the rows where they are many."""
        frame = self._frames.get(PHASES[0])
        if frame is None:
            return rows, {}
        lines = frame.where(f"kind = {MEDICATION}").select("source", "first", "byte", "raw")
        if _size(lines, "raw") <= FEW:
            shift = {spot[1:]: by for spot, (_, by) in self._shifts.items() if spot[0] == PHASES[0]}
            found = {(s, byte + shift[s, first]): bytes(raw) for s, first, byte, raw in lines.collect()}
            return rows, found
        more = needed(rows, frame)
        if more is None:
            return rows, None
        return rows.union(more.selectExpr("grp", f"'{PHASES[0]}' as phase", *_LINE)), None

    def _write(self, number: int, data: bytes) -> None:
        head, rows = marshal.loads(data)  # noqa: S302 -- made by our own tasks
        self.store.write(joined(number), head, in_blocks(rows))

    def _broadcast(self, value: Any) -> Any:
        return self.session.sparkContext.broadcast(value)

    @staticmethod
    def _keep(frame: Any) -> Any:
        from pyspark import StorageLevel  # noqa: PLC0415

        return frame.persist(StorageLevel.DISK_ONLY)


def _size(frame: Any, column: str) -> int:
    """Bytes in a column; makes the frame, all at once, where it is to be kept."""
    return frame.selectExpr(f"sum(octet_length({column}))").collect()[0][0] or 0


def _brought(results: Any) -> Any:
    """The rows of a frame that is kept: at once where they are few, else part by part."""
    return (
        results.collect()
        if _size(results, "data") <= FEW
        else results.toLocalIterator(prefetchPartitions=True)
    )


def _union(frames: list[Any]) -> Any:
    return reduce(lambda a, b: a.union(b), frames)


def _begins(sizes: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Where each block of a source begins: the sizes of those before it."""
    found = {}
    total: Counter[int] = Counter()
    for source, first in sorted(sizes):
        found[source, first] = total[source]
        total[source] += sizes[source, first]
    return found
