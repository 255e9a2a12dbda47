"""Sign one request to an S3 server (AWS Signature Version 4), for the readiness check alone.

The lake's own client belongs to `workbench.lake`; the stack must know that a server is ready without it.
"""

import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

REGION = "us-east-1"


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed_headers(
    method: str, path: str, *, host: str, access_key: str, secret_key: str, now: datetime, body: bytes = b""
) -> dict[str, str]:
    """Headers that make a request without query parameters valid.

    Parameters
    ----------
    method, path : str
    host : str
        As in the Host header, with the port.
    access_key, secret_key : str
    now : datetime
        Aware, UTC.
    body : bytes
    """
    moment, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    digest = hashlib.sha256(body).hexdigest()
    headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": moment}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join((method, quote(path), "", lines, names, digest))
    scope = f"{day}/{REGION}/s3/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{secret_key}".encode()
    for part in (day, REGION, "s3", "aws4_request"):
        key = _keyed(key, part)
    signature = _keyed(key, text).hex()
    credential = f"{access_key}/{scope}"
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return headers
