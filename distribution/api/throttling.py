"""How often one may ask for what is costly."""

from rest_framework.throttling import UserRateThrottle


class ExplainThrottle(UserRateThrottle):
    """An explanation runs minutes of a machine's stream again, and a process runs one at a time."""

    scope = "explain"
    rate = "60/min"
