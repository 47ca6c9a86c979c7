"""Kafka's jars: fetched once by Maven, or found in an existing installation (KAFKA_HOME)."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from duco_cms.embedded.layout import KAFKA_JARS

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA = 17
FETCH_SECONDS = 900


class NoKafkaError(Exception):
    """A broker cannot be started here; the text says what is missing."""


def java() -> str:
    """Path of a `java` that can run Kafka. Raises NoKafkaError where there is none."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None)
    if found is None:
        raise NoKafkaError(f"there is no `java`: install a JDK, version {OLDEST_JAVA} or newer")
    answer = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', answer.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        said = answer.stderr.splitlines()[0] if answer.stderr else "nothing"
        raise NoKafkaError(f"{found} is too old ({said}): install a JDK, version {OLDEST_JAVA} or newer")
    return found


def class_path() -> str:
    """Class path of the jars that are here. Raises NoKafkaError where they have to be fetched first."""
    home = os.environ.get("KAFKA_HOME")
    if home:
        if not list(Path(home, "libs").glob("kafka_*.jar")):
            raise NoKafkaError(f"KAFKA_HOME names {home}, but there is no libs/kafka_*.jar in it")
        return f"{home}/libs/*"
    if not _stamp().exists():
        raise NoKafkaError("Kafka's jars were not fetched")
    return f"{KAFKA_JARS}/*"


def fetch() -> bool:
    """Bring the jars into the cache. False if they were there. Raises NoKafkaError with the reason where it fails."""
    java()
    if os.environ.get("KAFKA_HOME") or _stamp().exists():
        return False
    maven = shutil.which("mvn")
    if maven is None:
        raise NoKafkaError("there is no `mvn`: install Maven, it fetches Kafka's jars")
    draft = KAFKA_JARS.with_name("kafka.new")
    shutil.rmtree(draft, ignore_errors=True)
    command = [maven, "--quiet", "--batch-mode", "--file", str(POM), "dependency:copy-dependencies",
               f"-DoutputDirectory={draft}"]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=FETCH_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise NoKafkaError(f"Maven did not fetch Kafka's jars within {FETCH_SECONDS} s") from None
    if done.returncode != 0:
        raise NoKafkaError(f"Maven could not fetch Kafka's jars:\n{done.stdout[-2000:]}{done.stderr[-500:]}")
    # Only a complete set gets the place and the stamp: an interrupted fetch starts anew.
    shutil.rmtree(KAFKA_JARS, ignore_errors=True)
    draft.rename(KAFKA_JARS)
    _stamp().touch()
    return True


def _stamp() -> Path:
    return KAFKA_JARS / f"complete-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
