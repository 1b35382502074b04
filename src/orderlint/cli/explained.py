"""One line where an audit was not done, and its exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orderlint.cli.exit_status import UNUSABLE
from orderlint.cli.stopping import status_of, words_of
from orderlint.cli.streams import complain

if TYPE_CHECKING:
    from orderlint.audit.progress import Progress


class Begun:
    """Whether there is something to go on with."""

    resumable = False


@contextmanager
def explained(progress: Progress) -> Iterator[Begun]:
    """Ends the process where the audit within can't be done, or is told to end."""
    from orderlint.audit.executor import ExecutorFailed  # noqa: PLC0415
    from orderlint.audit.local.workers import WorkerDied  # noqa: PLC0415
    from orderlint.audit.run import Changed, OwnOutput  # noqa: PLC0415
    from orderlint.audit.unfinished import Busy  # noqa: PLC0415

    begun = Begun()
    try:
        yield begun
    except KeyboardInterrupt as stop:
        more = " Go on with --resume." if begun.resumable else ""
        words = f"{words_of(stop)}; {progress.words}. Nothing half done was written.{more}"
        status = status_of(stop)
    except Changed as error:
        words, status = f"{error}; run again without --resume", UNUSABLE
    except Busy:
        words, status = "another audit is at work in the folder of --out", UNUSABLE
    except OwnOutput as error:
        words, status = f"{error}: name the files of the export, or move it away", UNUSABLE
    except (ExecutorFailed, WorkerDied) as error:
        words, status = f"the audit could not be done: {error}", UNUSABLE
    except OSError as error:
        words, status = f"the audit could not be done: {reason(error)}", UNUSABLE
    else:
        return
    progress.end()
    complain(words)
    sys.exit(status)


def reason(error: OSError) -> str:
    """Why, and with which file, if that is known."""
    why = error.strerror or str(error)
    return f"{error.filename}: {why}" if isinstance(error.filename, str) and error.strerror else why
