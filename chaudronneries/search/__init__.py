"""One field for the whole site: what was meant (`words`, `spelling`), what answers (`groups`), how it is shown
(`excerpts`, `results`). Nothing is found that its reader may not read.
"""
