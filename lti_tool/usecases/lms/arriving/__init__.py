"""What happens in the transaction in which a launch arrives."""
