"""What people do here, one file per noun."""
