"""HTTP status by ClickHouse's error code: what clients use to tell their fault from the server's."""

_BY_STATUS = {
    400: {6, 26, 27, 33, 36, 38, 41, 43, 53, 62, 69, 70, 72, 117, 131, 386, 456, 457},
    403: {192, 193, 194, 497, 516},
    404: {16, 46, 47, 50, 56, 60, 81, 115, 141},
    408: {159},
    413: {229, 307},
    501: {48},
}
_STATUS = {code: status for status, codes in _BY_STATUS.items() for code in codes}


def http_status(code: int) -> int:
    """500 for every code without a status of its own."""
    return _STATUS.get(code, 500)
