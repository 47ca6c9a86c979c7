"""What may go wrong with the world, by what a loop does about it. Bad data is never one of these."""


class Retryable(Exception):
    """The store or broker is away for now: pause, keep the membership alive, try the same batch again."""


class Fenced(Exception):
    """Another worker owns what this one was working on: exit, change nothing."""
