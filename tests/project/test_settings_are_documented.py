"""deploy/settings.example.env names every setting, with its sentence and its default."""

from pathlib import Path

from lti_tool.settings import PREFIX, Settings
from tests.support.map import ROOT

EXAMPLE = ROOT / "deploy" / "settings.example.env"


def test_every_setting_stands_in_the_example_with_its_sentence():
    text = " ".join(line.removeprefix("# ") for line in EXAMPLE.read_text().splitlines())
    for name, field in Settings.model_fields.items():
        assert f"{PREFIX}{name.upper()}=" in text, name
        assert field.description is not None
        assert field.description in text, name


def test_the_example_names_no_setting_that_does_not_exist():
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    named = {
        line.lstrip("# ").split("=", 1)[0]
        for line in EXAMPLE.read_text().splitlines()
        if line.lstrip("# ").startswith(PREFIX)
    }
    assert named <= known


def test_the_example_can_be_started_from(monkeypatch):
    lines = [
        line.split("=", 1) for line in EXAMPLE.read_text().splitlines() if line.startswith(PREFIX)
    ]
    for name, value in lines:
        monkeypatch.setenv(name, value)
    settings = Settings()  # type: ignore[call-arg]
    assert settings.base_url.startswith("https://")
    assert isinstance(settings.master_key_file, Path)
