from django.http import Http404


def preferences(request):
    raise Http404


def mails(request):
    raise Http404


def mail(request, pk):
    raise Http404
