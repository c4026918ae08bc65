"""How a launch is turned away: by an error posted to the tool, or by a page of the LMS."""


class AuthRefusedError(Exception):
    """The authentication request is turned away with a code of OpenID Connect Core 3.1.2.6.

    It is posted to the tool. What only the person in the browser may learn is a page instead
    (`werkzeug.exceptions`).
    """

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(description)
        self.error = error
        self.description = description
