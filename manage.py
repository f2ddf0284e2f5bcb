#!/usr/bin/env python3
"""Django's command line; without DATABASE_URL it starts or joins the embedded PostgreSQL."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chaudronneries.settings")
    from chaudronneries import environment

    environment.prepare(sys.argv)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
