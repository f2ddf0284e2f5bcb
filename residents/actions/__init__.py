"""The verbs of this app: keyword-only, atomic, `by` a person, mail and tasks on commit."""
