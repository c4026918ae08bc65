"""Verifier: bytes in, report out."""

from credentials.verifying.report import Check, Outcome, Report
from credentials.verifying.verifier import verify

__all__ = ["Check", "Outcome", "Report", "verify"]
