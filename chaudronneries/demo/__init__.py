"""The demonstration residency: invented structures and people, on real terms of the vocabulary.

`structures/*.toml` say who is here, `declarations/*.csv` what they know (one file a structure, of the same name),
`accounts.toml` who signs in, `answers.csv` who already answered whom. `manage.py load_demo` loads them.
"""
