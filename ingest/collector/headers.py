"""Hub properties as the headers of `raw` (docs/contracts/topics.md)."""

from ingest.iothub.headers import HubProperties

MAX_PROPERTIES = 32
MAX_PROPERTY_CHARACTERS = 1024
_OWN = ("kind", "schema", "realtime")


def raw_headers(properties: HubProperties, origin: str, received: int) -> dict[str, str]:
    """All as text. The device and the enqueued time are the hub's own; a device cannot name either."""
    headers = {"origin": origin, "received": str(received)}
    known = {
        "message-id": properties.message_id,
        "content-type": properties.content_type,
        "content-encoding": properties.content_encoding,
        "device": properties.device,
        "enqueued": None if properties.enqueued is None else str(properties.enqueued),
    }
    headers.update({key: value[:MAX_PROPERTY_CHARACTERS] for key, value in known.items() if value is not None})
    headers.update(
        {key: properties.application[key][:MAX_PROPERTY_CHARACTERS] for key in _OWN if key in properties.application}
    )
    others = [key for key in properties.application if key not in _OWN]
    for key in sorted(others)[:MAX_PROPERTIES]:
        headers[f"property.{key[:128]}"] = properties.application[key][:MAX_PROPERTY_CHARACTERS]
    return headers
