"""What an LMS and we do together: launches, registrations, grades, rosters, placing activities."""
