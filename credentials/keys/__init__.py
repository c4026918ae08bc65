"""Signing keys by identifier: make, load, rotate, publish as Multikey."""

from credentials.keys.sealed_file import SigningKeyFile
from credentials.keys.signing_key import SigningKey

__all__ = ["SigningKey", "SigningKeyFile"]
