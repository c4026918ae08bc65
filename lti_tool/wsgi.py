"""Entry point for gunicorn."""

from lti_tool.app import create_app
from lti_tool.logs import configure_logs
from lti_tool.settings import read_settings
from lti_tool.wiring import build

settings = read_settings()
configure_logs(settings.log_level)
app = create_app(build(settings))
