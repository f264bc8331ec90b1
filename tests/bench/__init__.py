"""Measures Concord under load; nothing here is asserted, everything is printed."""
