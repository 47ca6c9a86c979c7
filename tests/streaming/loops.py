"""Running a worker's loop in the test's own process until something holds."""

import threading
from collections.abc import Callable


def run_until(loop: Callable[[threading.Event], None], done: Callable[[], bool]) -> None:
    """Run the loop in this thread; another one asks every 50 ms whether `done` holds, and then stops it."""
    stop, over = threading.Event(), threading.Event()

    def watch() -> None:
        while not done() and not over.wait(0.05):
            pass
        stop.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        loop(stop)
    finally:
        over.set()
        watcher.join()
