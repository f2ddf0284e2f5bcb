"""The reference vocabulary: reading its sources, placing its terms in domains, loading it."""
