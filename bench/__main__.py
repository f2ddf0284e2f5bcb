"""`python -m bench [name ...]`: prepare the demonstration residency, then run each bench and print its tables."""

import importlib
import os
import platform
import sys

BENCHES = [
    *("pages", "autocomplete", "layouts", "suggestions", "feed"),
    *("agenda", "bookings", "blog", "sheets", "duplicates"),
]


def main(names: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chaudronneries.settings")
    os.environ.setdefault("ENVIRONMENT", "local")
    os.environ.setdefault("SECRET_KEY", "bench-only")
    os.environ["DEBUG"] = "0"
    from chaudronneries import environment, preparation

    environment.prepare(["bench", "bench"])
    import django

    django.setup()
    preparation.prepare(say=print)
    print(f"Python {platform.python_version()}, Django {django.__version__}, {os.cpu_count()} cœurs\n")
    for name in names or BENCHES:
        print(f"== {name} ==")
        importlib.import_module(f"bench.{name}").main()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
