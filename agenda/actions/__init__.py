"""The verbs of this app: keyword-only, atomic, `by` a person; mails are asked for in the same transaction."""
