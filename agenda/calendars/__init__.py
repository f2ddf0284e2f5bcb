"""Calendars outside the house: those that people subscribe to, those that mails carry, those that are imported."""
