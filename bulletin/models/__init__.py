from bulletin.models.issues import BulletinPage, BulletinsPage
from bulletin.models.sendings import Delivery, Sending
from bulletin.models.subscribers import Subscriber

__all__ = ["BulletinPage", "BulletinsPage", "Delivery", "Sending", "Subscriber"]
