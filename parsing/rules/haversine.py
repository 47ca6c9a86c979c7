"""Distance of two places, by arithmetic and roots alone: kernels link no libm, and so agree with the interpreter to the
bit. Relative error below 1e-12 for places that are not almost opposite.
"""

from __future__ import annotations

from math import floor, nan, pi, sqrt

EARTH_RADIUS = 6_371_008.8
"""m: IUGG's mean radius."""

_DEGREE = pi / 180.0
_BEYOND = 1e9
"""Degrees that are no place any more; below it they are reduced without loss."""


def haversine(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres on a sphere, of places in degrees; NaN where one is none (a billion degrees, infinite)."""
    north = sine((other_latitude - latitude) * 0.5)
    east = sine((other_longitude - longitude) * 0.5)
    chord = north * north + cosine(latitude) * cosine(other_latitude) * (east * east)
    return 2.0 * EARTH_RADIUS * arcsine(sqrt(min(max(chord, 0.0), 1.0))) if chord == chord else chord  # noqa: PLR0124 - NaN


def cosine(degrees: float) -> float:
    return sine(degrees + 90.0) if abs(degrees) > 45.0 else _cosine(degrees * _DEGREE)  # noqa: PLR2004


def sine(degrees: float) -> float:
    """Of any angle, by symmetry from those up to 45 degrees."""
    if not abs(degrees) < _BEYOND:
        return nan
    angle = degrees - 360.0 * floor(degrees / 360.0 + 0.5)
    if angle > 90.0:  # noqa: PLR2004
        angle = 180.0 - angle
    elif angle < -90.0:  # noqa: PLR2004
        angle = -180.0 - angle
    if angle > 45.0:  # noqa: PLR2004
        return _cosine((90.0 - angle) * _DEGREE)
    if angle < -45.0:  # noqa: PLR2004
        return -_cosine((90.0 + angle) * _DEGREE)
    return _sine(angle * _DEGREE)


def _sine(x: float) -> float:
    """Taylor's series, for an eighth of a turn."""
    square = x * x
    total = 1.0
    for term in (16, 14, 12, 10, 8, 6, 4, 2):
        total = 1.0 - total * square / (term * (term + 1.0))
    return x * total


def _cosine(x: float) -> float:
    square = x * x
    total = 1.0
    for term in (16, 14, 12, 10, 8, 6, 4, 2):
        total = 1.0 - total * square / (term * (term - 1.0))
    return total


def arcsine(x: float) -> float:
    """Radians, of 0 to 1: its series for small numbers, to which half angles lead."""
    if x > 0.5:  # noqa: PLR2004
        return 0.5 * pi - 2.0 * _arcsine(sqrt((1.0 - x) * 0.5))
    return _arcsine(x)


def _arcsine(x: float) -> float:
    quarter = _half_angle(_half_angle(x))
    square = quarter * quarter
    total = 0.0
    for term in (19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0):
        total = (1.0 / term + total) * square * (term - 2.0) / (term - 1.0)
    return 4.0 * quarter * (1.0 + total)


def _half_angle(sine_of_angle: float) -> float:
    return sine_of_angle / sqrt(2.0 + 2.0 * sqrt(1.0 - sine_of_angle * sine_of_angle))
