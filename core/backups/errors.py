"""What can go wrong with a backup: a key of the words file under `backup.wrong`, and values."""


class BackupError(Exception):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
