"""Background work of the blog."""

from procrastinate.contrib.django import app

from blog.pictures import CUT, cut_all


@app.task(name=CUT)
def cut_pictures(pictures: list[int]) -> None:
    """Cut pictures (primary keys) at all the sizes that pages show; done again, it cuts only what is missing."""
    cut_all(pictures)
