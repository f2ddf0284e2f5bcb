from bulletin.models.issues import BulletinPage, BulletinsPage
from bulletin.models.subscribers import Delivery, Sending, Subscriber

__all__ = ["BulletinPage", "BulletinsPage", "Delivery", "Sending", "Subscriber"]
