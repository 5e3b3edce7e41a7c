"""What happens to every request before a view sees it."""

from django.conf import settings
from django.shortcuts import render
from django.utils import translation


def chosen_language(get_response):
    """Vietnamese unless the person chose otherwise with the switch.

    Django's own LocaleMiddleware would follow the browser's header, and an office PC with an
    English Windows would greet a ward officer in English.
    """
    known = dict(settings.LANGUAGES)

    def middleware(request):
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = language if language in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            # A template response is drawn by the handler below us, still inside this block.
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware


LARGEST_REQUEST = 60 * 1024 * 1024  # the files of one form of evidence, and some


def bounded(get_response):
    """413 for a request nobody sends in earnest, before its files fill the disk.

    The last of all, so that the answer is a page of ours; a view, and the check of the form's token,
    read the body only afterwards. A body whose length is not told is not read by Django at all.
    """

    def middleware(request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > LARGEST_REQUEST:
            return render(request, "413.html", status=413)
        return get_response(request)

    return middleware
