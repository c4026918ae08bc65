"""Canvas's manners, as its source and its documents describe them; sections are its README's."""
