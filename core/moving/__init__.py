"""A service takes all that it may read to another installation, and reads it there again.

reach.py      which rows: those of the statements of core.access, and what they cannot be without
values.py     a record as plain data, and back
writing.py    the file: one locked zip, with records, papers, a description and an index to read
locking.py    its lock
describing.py what the description and the index say
reading.py    into an empty store
"""

#: The form of the file; a later one says another number.
FORM = 1
#: The one name that can be read without the passphrase.
INSIDE = "service.zip"
DESCRIPTION = "description.json"
INDEX = "index.html"
LOG = "log.json"
#: With which names the own people sign in; they get new passwords.
NAMES = "sign_in_names.json"
RECORDS, PAPERS = "records", "papers"
