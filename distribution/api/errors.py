"""What the Data API refuses, each with a stable code (RFC 9457 problems, see the settings' EXCEPTION_HANDLER)."""

from rest_framework import status
from rest_framework.exceptions import APIException, NotFound


class ParameterError(APIException):
    """A parameter is not valid; the detail names it and says what is."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "invalid_parameter"


class TooMuchDataError(APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "too_much_data"
    default_detail = "This reads more than one request may. Ask for a shorter time, one source or fewer points."


class UnavailableError(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "store_unavailable"
    default_detail = "The store behind the Data API does not answer. Try again later."


class UnknownSignalError(NotFound):
    default_code = "unknown_signal"
    default_detail = "No release has a signal of this name; /signals/ lists those that the machine has sent."


class UnknownValueError(NotFound):
    default_code = "unknown_value"
    default_detail = "There is no stored value of this signal at this time; latest=1 asks for the last one before."


class UnknownMachineError(NotFound):
    """Also for machines that the user may not see: nobody learns whether they exist."""

    default_code = "not_found"
    default_detail = "There is no such machine."
