"""Lines of the log are ours, whatever is in them."""

import subprocess
import sys

SCRIPT = """
import structlog
from duco_cms.logs import configure_logs
configure_logs()
structlog.get_logger().warning("refused", detail="bad\\n2026-01-01T00:00:00Z [error] forged \\x1b[31m")
"""


def test_a_text_of_somebody_elses_makes_no_line_of_its_own():
    said = subprocess.check_output([sys.executable, "-c", SCRIPT], text=True)
    assert len(said.splitlines()) == 1
    assert "forged" in said
    assert "\x1b" not in said
