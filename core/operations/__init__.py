"""What may be done to each noun: plain functions that take a database session and the actor."""
