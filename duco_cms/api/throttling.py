"""How often one may ask for what is costly."""

from rest_framework.throttling import UserRateThrottle


class EditThrottle(UserRateThrottle):
    """A check of the definitions may cost seconds of a processor."""

    scope = "texts"
    rate = "60/min"
