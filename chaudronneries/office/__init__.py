"""The back office as a whole: its menu, its dashboard, its journal. Each app's own part is in its `wagtail_hooks`."""
