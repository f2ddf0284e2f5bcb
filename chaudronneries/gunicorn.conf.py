"""gunicorn: threads for waiting, processes for work, renewed now and then so that no leak lasts."""

import gc
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", 2))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", 4))
max_requests = 5_000
max_requests_jitter = 1_000
timeout = 30
graceful_timeout = 10
keepalive = 5
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# Code changes are taken up at once where the house is being built.
reload = os.environ.get("ENVIRONMENT") == "local" and os.environ.get("DEBUG") == "1"
loglevel = "warning"


def post_worker_init(worker):
    """The whole house is loaded before the first visitor, not for them.

    It stays for good, so the garbage collector need not look through it again: that took a fifth of a second now and
    then, in the middle of a page.
    """
    if reload:
        return
    import pyvis.network  # noqa: F401

    import chaudronneries.urls  # noqa: F401

    gc.collect()
    gc.freeze()
