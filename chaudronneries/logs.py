"""One line an event: when, how grave, for which request or job, and what; ids and no names."""

import logging
import re
import secrets
from contextvars import ContextVar

# What the lines of a request or of a job have in common; also shown on the pages that say what went wrong.
reference: ContextVar[str] = ContextVar("reference", default="-")

GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")


def new_reference() -> str:
    """Short enough to be read over the telephone."""
    return secrets.token_hex(6)


def is_reference(given: str) -> bool:
    return GIVEN.fullmatch(given) is not None


def place(request) -> str:
    """Which page `request` asks for, without what its address may hold: names, secret addresses, search words."""
    match = getattr(request, "resolver_match", None)
    return match.route or "/" if match else "?"


def plain(record: logging.LogRecord) -> str:
    """What `record` says, less addresses of pages and what a job was given."""
    said, request, job = record.getMessage(), getattr(record, "request", None), getattr(record, "job", None)
    if path := getattr(request, "path", None):
        said = said.replace(path, place(request)) if path != "/" else said
    if isinstance(job, dict) and "call_string" in job:
        said = said.replace(job["call_string"], f"{job['task_name']}[{job['id']}]")
    return said


class Line(logging.Formatter):
    """Formats a record as one line, with `reference`, its traceback below."""

    def formatMessage(self, record):
        record.reference = reference.get()
        record.message = plain(record)
        return super().formatMessage(record)


async def name_job(call_next, context, worker):
    """The worker's middleware: what a job logs bears its number. Each job is a task of its own, and so is its name."""
    reference.set(f"job-{context.job.id}")
    return await call_next()
