"""The drawn card of a page: what a social network or a messenger shows of its address."""

from blog.cards.drawing import HEIGHT, WIDTH, Card, card_of_post, drawn

__all__ = ["HEIGHT", "WIDTH", "Card", "card_of_post", "drawn"]
