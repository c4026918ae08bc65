"""Reading what a platform sends: addresses, claims and id_tokens, with nothing believed early."""
