"""What the tool's server may ask: access tokens, line items, scores, results, the roster."""
