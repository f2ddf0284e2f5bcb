"""All that the method suggests for a network, as a list."""

from knowledge_map import suggestions


def suggest(network, **options):
    return list(suggestions.suggest(network, **options))
