"""Suggested cooperations: who could work with whom, and why. Plain Python over sparse matrices; no Django, no HTTP.

    network = Network.build(offers=[("a", "soudure"), ...], needs=..., milieux=..., ties=..., groups=...)
    for suggestion in suggest(network, top=10): ...

Four channels, each a sum over items or partners, so that each explains itself (`channels.py`); scores are their
standardised values added up (`scores.py`), lists are varied and fairly shared (`lists.py`), reasons are the very items
behind the figures (`reasons.py`), and answers move the weights (`feedback.py`). Sources: Adamic & Adar 2003; Newman
2001; Zhou, Lü & Zhang 2009; Nooteboom et al. 2007; Frenken et al. 2007; Carbonell & Goldstein 1998.
"""

from knowledge_map.suggestions.channels import CHANNELS, TOO_COMMON
from knowledge_map.suggestions.feedback import BETA, learn
from knowledge_map.suggestions.method import Suggestion, suggest
from knowledge_map.suggestions.network import Network

__all__ = ["BETA", "CHANNELS", "TOO_COMMON", "Network", "Suggestion", "learn", "suggest"]
