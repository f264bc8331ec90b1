"""Long trials, by hand: `make campaign` runs them and prints a table. Short forms of them stand in the suite."""
