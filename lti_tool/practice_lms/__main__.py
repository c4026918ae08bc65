"""Command line: run the practice LMS from a settings file."""

import sys
from pathlib import Path

import click

from lti_tool.practice_lms.app import create_app, make_practice_server, real_surroundings
from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.settings_file import ConfigurationError, read_configuration
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.keys import PlatformKey


@click.command()
@click.option(
    "--config",
    "config_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The settings, as JSON.",
)
@click.option("--port", required=True, type=int, help="The port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
def main(config_file: Path, port: int, host: str) -> None:
    """Run an LMS to practise with. Everything in it is forgotten when it stops."""
    try:
        configuration = read_configuration(config_file.read_text(encoding="utf-8"))
        platform_key = _platform_key(configuration)
    except (ConfigurationError, OSError, ValueError) as error:
        click.echo(f"{config_file}: {error}", err=True)
        sys.exit(2)
    app = create_app(Practice.start(configuration, platform_key, real_surroundings()))
    server = make_practice_server(app, host=host, port=port)
    click.echo(f"Practice LMS at {configuration.base_url}")
    server.serve_forever()


def _platform_key(configuration: Configuration) -> PlatformKey:
    if configuration.platform_key_file is None:
        return PlatformKey.make()
    return PlatformKey.from_pem(configuration.platform_key_file.read_bytes())


if __name__ == "__main__":
    main()
