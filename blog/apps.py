from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = _("Blog")

    def ready(self):
        from wagtail.signals import page_published

        from blog import notices
        from blog.pictures import cut_when_published

        page_published.connect(cut_when_published, dispatch_uid="cut pictures")
        notices.connect()
