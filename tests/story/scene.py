"""A system of its own with five trucks and the people of the story, and a browser to look at it."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from duco_cms.environment import BASE_DIR
from tests.faults.running_system import RunningSystem

PASSWORD = "Excavate-2026"
TRUCKS = [f"truck-{number}" for number in range(1, 6)]
PEOPLE = {"edith": ["editor"], "robert": ["reviewer", "releaser"]}
PREPARE = f"""
from django.contrib.auth.models import Group, User
from duco_cms.fleet.models import Machine, MachineModel, Organisation
for name, roles in {PEOPLE!r}.items():
    user = User.objects.create_user(name, password={PASSWORD!r}, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
model = MachineModel.objects.create(name="Truck")
owner = Organisation.objects.create(name="Haulage")
for device in {TRUCKS!r}:
    Machine.objects.create(device=device, name=device.replace("-", " ").title(), model=model, organisation=owner)
"""
BIND = """
from duco_cms.definitions.models import DefinitionSet
from duco_cms.fleet.models import MachineModel, ModelSetBinding
ModelSetBinding.objects.create(
    model=MachineModel.objects.get(name="Truck"), definition_set=DefinitionSet.objects.get(name="truck")
)
"""


@dataclass
class Scene:
    """`shots` is where screenshots go; `errors` are what browsers' consoles said."""

    system: RunningSystem
    browser: Browser
    shots: Path
    errors: list[str] = field(default_factory=list)
    _count: int = 0

    @property
    def url(self) -> str:
        text = "".join(self.system.lines)
        found = re.search(r"http://127\.0\.0\.1:\d+", text)
        assert found, text
        return found.group()

    def manage(self, *words: str) -> str:
        """`manage.py` beside the system's workers."""
        environment = {**os.environ, **self.system.environment()}
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=BASE_DIR, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def sign_in(self, name: str) -> Page:
        """A browser of that person's own."""
        context: BrowserContext = self.browser.new_context(
            base_url=self.url, viewport={"width": 1440, "height": 900}, locale="en-GB"
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("console", lambda said: self._heard(name, said.type, said.text))
        page.goto("/sign-in/")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        return page

    def shoot(self, page: Page, name: str) -> None:
        """Light and dark, wide and narrow."""
        self._count += 1
        size = page.viewport_size
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                # The admin asks for it only when it is opened.
                page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", scheme == "dark")
                page.screenshot(path=self.shots / f"{self._count:02}-{name}-{width}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
        page.emulate_media(color_scheme="light")
        page.evaluate("document.documentElement.classList.remove('dark')")
        assert size
        page.set_viewport_size(size)

    def _heard(self, who: str, kind: str, text: str) -> None:
        if kind == "error":
            self.errors.append(f"{who}: {text}")
