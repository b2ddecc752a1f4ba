"""Small indexes of every schema there was, packed, and what the one of the present schema answers."""
