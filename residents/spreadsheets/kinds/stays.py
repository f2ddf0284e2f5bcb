from residents.spreadsheets.plans import Column

COLUMNS: list[Column] = []
