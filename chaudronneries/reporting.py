"""Errors told to a Sentry, when the setting SENTRY_DSN names one: where in the code, in which request, and no names.

An error's own words are left out with the rest: they quote what was typed (« Key (email)=(…) already exists »). Its
reference finds them in the logs, which stay in the house.
"""

from chaudronneries import env, logs

# What an event says besides the stack: everything else (request, user, machine, breadcrumbs) stays here.
TOLD = {"event_id", "timestamp", "level", "platform", "environment", "release", "logger", "exception", "sdk"}
TOLD_OF_AN_ERROR = {"type", "module", "mechanism", "stacktrace"}
TOLD_OF_A_FRAME = {"filename", "module", "function", "lineno", "context_line", "in_app"}


def start(dsn: str, *, environment: str, release: str) -> None:
    """Have errors sent to `dsn` from now on; Misconfigured when they cannot be."""
    try:
        import sentry_sdk
    except ImportError:
        raise env.Misconfigured(
            "Le réglage SENTRY_DSN est donné, mais le paquet sentry-sdk manque : "
            "installez-le (pip install --constraint constraints.txt '.[sentry]') ou retirez ce réglage."
        ) from None
    try:
        sentry_sdk.init(
            dsn=dsn,
            environment=environment,
            release=release,
            before_send=without_names,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
            server_name="-",
        )
    except sentry_sdk.utils.BadDsn:
        raise env.Misconfigured(
            "Le réglage SENTRY_DSN ne se lit pas : il s'écrit https://cle@serveur/numero."
        ) from None


def without_names(event: dict, hint: dict) -> dict:
    """`event` reduced to what finds the fault in the code; `reference` joins it to our log lines."""
    told = {name: value for name, value in event.items() if name in TOLD}
    for error in told.get("exception", {}).get("values", []):
        for name in error.keys() - TOLD_OF_AN_ERROR:
            del error[name]
        error.get("mechanism", {}).pop("data", None)
        for frame in (error.get("stacktrace") or {}).get("frames", []):
            for name in frame.keys() - TOLD_OF_A_FRAME:
                del frame[name]
    if record := hint.get("log_record"):
        # The sentence before its blanks are filled; a task's name where the queue speaks.
        job = getattr(record, "job", None)
        told["logentry"] = {"message": job["task_name"] if isinstance(job, dict) else str(record.msg)}
        if not record.args and not isinstance(job, dict):
            told["logentry"] = {"message": record.name}
    return {**told, "tags": {"reference": logs.reference.get()}}
