"""What happens to every request before a view sees it."""

from django.conf import settings
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
