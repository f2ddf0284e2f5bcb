"""In and out by spreadsheet: structures, people, declarations and stays, the same columns both ways.

A file is read into a `Table` (reading.py), a kind (kinds/) makes of it a `Plan` of what would change or of all that is
wrong, and the plan is carried out whole or not at all (importing.py). exporting.py writes what the kinds hold.
"""
