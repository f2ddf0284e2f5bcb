"""Under /blog/. A post's address comes last: blog.models.pages.RESERVED keeps the others from being taken."""

from django.urls import path

from blog.views import feeds, reading, writing

app_name = "blog"

urlpatterns = [
    path("", reading.index, name="index"),
    path("flux.atom", feeds.atom, name="atom"),
    path("flux.rss", feeds.rss, name="rss"),
    path("rubrique/<slug:slug>/", reading.rubric, name="rubric"),
    path("rubrique/<slug:slug>/flux.atom", feeds.rubric_atom, name="rubric_atom"),
    path("mot/<slug:slug>/", reading.tag, name="tag"),
    path("structure/<slug:slug>/", reading.resident, name="resident"),
    path("par/<int:pk>/", reading.author, name="author"),
    path("archives/", reading.archives, name="archives"),
    path("<int:year>/", reading.year, name="year"),
    path("<int:year>/<int:month>/", reading.month, name="month"),
    path("proposer/", writing.propose, name="propose"),
    path("proposer/apercu-du-texte/", writing.preview_text, name="preview_text"),
    path("mes-articles/", writing.mine, name="mine"),
    path("mes-articles/<int:pk>/", writing.write, name="write"),
    path("mes-articles/<int:pk>/apercu/", writing.preview, name="preview"),
    path("mes-articles/<int:pk>/envoyer/", writing.submit, name="submit"),
    path("mes-articles/<int:pk>/reprendre/", writing.take_back, name="take_back"),
    path("mes-articles/<int:pk>/repondre/", writing.answer, name="answer_word"),
    path("mes-articles/<int:pk>/repondre/<int:remark>/", writing.answer, name="answer"),
    path("mes-articles/<int:pk>/supprimer/", writing.discard, name="discard"),
    path("<slug:slug>/", reading.post, name="post"),
    path("<slug:slug>/carton.png", feeds.card, name="card"),
]
