"""The canary sweep: a word of its own in every field of hers, and a search for the words wherever a programme looks."""
