"""Workers that run tests side by side share the servers: each has Redis keys and channels of its own.

A plugin, as Django's settings are read before any conftest.
"""

import os

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_PREFIX"] = f"{os.environ.get('REDIS_PREFIX', 'duco:')}{worker}:"
