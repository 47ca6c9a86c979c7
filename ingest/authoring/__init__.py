"""Commands for who writes definitions: `manage.py lint`, `fmt`, `test` and `compile`. They need no server."""
