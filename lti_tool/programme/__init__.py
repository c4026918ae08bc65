"""The rules of a certificate programme, as pure functions."""
