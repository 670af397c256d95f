#!/usr/bin/env python3
"""Derives the seeds of the fuzz targets from fixtures/, a few hundred bytes each, into corpus/TARGET/."""
import json
import re
import shlex
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
LONGEST = 2500


def put(target, name, content):
    content = content if isinstance(content, bytes) else content.encode()
    if len(content) <= LONGEST:
        folder = ROOT / "fuzz" / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def cases():
    """Every request of the mistakes and incidents, under its name."""
    for file in sorted((FIXTURES / "mistakes").glob("*.json")):
        case = json.loads(file.read_text())
        if isinstance(case.get("request"), dict):
            yield file.stem, case
    for line in (FIXTURES / "incidents" / "incidents.jsonl").read_text().splitlines():
        case = json.loads(line)
        if isinstance(case.get("request"), dict):
            yield case["id"], case


def headers(request):
    listed = request.get("headers", [])
    return list(listed.items()) if isinstance(listed, dict) else [tuple(pair) for pair in listed]


def raw(request):
    url = urlsplit(request["url"])
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = [f"{request['method']} {target} HTTP/1.1"]
    if not any(name.lower() == "host" for name, _ in headers(request)):
        lines.append(f"Host: {url.netloc}")
    lines += [f"{name}: {value}" for name, value in headers(request)]
    body = request.get("body") or ""
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    return "\r\n".join(lines) + "\r\n\r\n" + body


def har_entry(request):
    entry = {"method": request["method"], "url": request["url"]}
    entry["headers"] = [{"name": name, "value": value} for name, value in headers(request)]
    if request.get("body"):
        entry["postData"] = {"text": request["body"]}
    return {"request": entry}


def har(entries):
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def authorization(request):
    return next((value for name, value in headers(request) if name.lower() == "authorization"), "")


def make_core():
    """header, form, base_string and request."""
    for number, (case_name, case) in enumerate(cases()):
        request = case["request"]
        url = urlsplit(request["url"])
        if number % 4 == 0 and authorization(request):
            put("header", case_name, authorization(request))
        if number % 3 == 0 and (request.get("body") or url.query):
            put("form", case_name, request.get("body") or url.query)
        if number % 4 == 1:
            put("base_string", case_name, case.get("client_base_string") or case.get("base_string") or "GET&&")
        if number % 4 == 2:
            pairs = re.findall(r'(oauth_[a-z_]+=)"([^"]*)"', authorization(request))
            parameters = "&".join(name + value for name, value in pairs)
            target = url.path + (f"?{url.query}" if url.query else "")
            secrets = [case.get("consumer_secret") or "", case.get("token_secret") or ""]
            put("request", case_name, "\n".join([request["method"], url.netloc, target, parameters, request.get("body") or "", *secrets]))


def make_capture():
    for folder in sorted((FIXTURES / "captures").iterdir()):
        beside = {".base-string", ".options", ".signing-key", ".md", ".py", ".php"}
        files = sorted(file for file in folder.iterdir() if file.suffix not in beside) if folder.is_dir() else []
        small = [file for file in files if file.is_file() and file.stat().st_size < LONGEST - 20]
        for file in small[:2]:
            put("capture", f"{folder.name}-{file.stem}", folder.name.encode() + b"\n" + file.read_bytes())


def make_har():
    for file in sorted((FIXTURES / "captures" / "har").glob("*.har")):
        log = json.loads(file.read_text(encoding="utf-8-sig"))["log"]
        for number, entry in enumerate(log["entries"], 1):
            for part in ["queryString", "cookies", "headersSize"]:
                entry["request"].pop(part, None)
            entry.get("response", {}).get("content", {}).pop("text", None)
            put("har", f"{file.stem}-{number}", har([entry]))
    entries = [har_entry(case["request"]) for _, case in cases()]
    for number in range(0, len(entries) - 1, 6):
        put("har", f"pair-{number:03}", har(entries[number : number + 2]))
    signed = {"request": {"method": "GET", "url": "https://h/a?oauth_token=t"}}
    put("har", "latin-1-byte", har([signed]).replace("=t", "=\\udce9"))
    put("har", "mark-in-front", "\ufeff" + har([signed]))
    put("har", "number-for-text", har([signed, {"request": {"method": 5}}]))
    put("har", "redirect", har([{**signed, "response": {"status": 307, "redirectURL": "?oauth_token=u"}}, signed]))
    put("har", "unsigned-alone", har([{"request": {"method": "GET", "url": "https://h/"}}]))
    put("har", "body-missing", har([{"request": {**signed["request"], "method": "POST", "bodySize": 9}}]))


def make_curl():
    for file in sorted((FIXTURES / "captures" / "curl").glob("*.sh")):
        put("curl", file.stem, file.read_bytes())
    for number, (name, case) in enumerate(cases()):
        if number % 4:
            continue
        request = case["request"]
        word = [shlex.quote, lambda text: '"' + re.sub(r'([$`"\\])', r"\\\1", text) + '"'][number % 8 == 0]
        words = ["curl", "-X", request["method"], word(request["url"])]
        for name_and_value in headers(request):
            words += ["-H", word(": ".join(name_and_value))]
        if request.get("body"):
            words += ["--data-raw", word(request["body"])]
        put("curl", name, " \\\n  ".join(words) if number % 3 else " ".join(words))
    put("curl", "pieces-of-a-word", "curl 'http://h/?oauth_'\"token=a\"\\ b''")
    put("curl", "empty-word", "curl '' http://h/?oauth_token=a -d \"\"")


def make_url():
    seen = set()
    for name, case in cases():
        url = case["request"]["url"]
        if url not in seen:
            seen.add(url)
            put("url", name, url)
    for number, url in enumerate(
        ["HTTP://H", "http://h?a", "https://u:p@H:443/a#b", "http://[::1]:80/", "http://h:/", "http://h:080/?a=%zz+%", "https://h//a/../b?&&=&a&=b"]
    ):
        put("url", f"odd-{number}", url)


SHAPES = [
    ["PUT", "https", "api.Example", ":8080", "/a%20b/C/", "b=2+~&B=1&a=z%2F%C3%A9&a=A(1)&x+y=%25&a1=&a1=x", "c=d", "cs+secret", "ts"],
    ["POST", "http", "example.com", "", "", "q=1", "a=&b=%2B", "s", ""],
    ["GET", "https", "h", ":443", "/", "", "", "a&b", "c=d"],
]


def make_search():
    source = (ROOT / "tests" / "src" / "wrong_client.rs").read_text()
    ids = list(dict.fromkeys(re.findall(r'operator\("([a-z0-9-]+)"', source)))
    for number, name in enumerate(ids):
        put("search", name, "\n".join([*SHAPES[0 if number % 4 else 1], name]))
    for number in range(0, len(ids) - 12, 6):
        put("search", f"two-{number:02}", "\n".join([*SHAPES[0], f"{ids[number]} {ids[number + 12]}"]))
    for number, shape in enumerate(SHAPES):
        put("search", f"right-{number}", "\n".join([*shape, ""]))


TOML_PARTS = [
    'provider = "flickr"',
    'scheme = "https"',
    'scheme = "ftp"',
    'consumer_secret = { env = "OAUTH1_CONSUMER_SECRET" }',
    'consumer_secret = { text = "s3cr3t \\u00e9" }',
    'consumer_secret = "s3cr3t"',
    'token_secret = { file = "token.txt" }',
    "token_secret = { text = \'\'\'\na\nb\'\'\' }",
    'private_key = { file = "../key.pem", env = "X" }',
    'public_key.text = "-----BEGIN"',
    '[consumer_secret]\ntext = "s3cr3t"',
    "consumer_secrets = 1",
    '"my s3cr3t" = 2',
    "consumer_secret = { text = s3cr3t }",
    "# only a note",
]


def make_settings():
    for number, part in enumerate(TOML_PARTS):
        put("settings", f"one-{number:02}", part + "\n")
        other = TOML_PARTS[(number + 3) % len(TOML_PARTS)]
        first, second = sorted([part, other], key=lambda text: text.startswith("["))
        put("settings", f"two-{number:02}", f"# of a project\n{first}\n\n{second}")
    put("settings", "crlf", "\r\n".join(TOML_PARTS[:2]) + "\r\n")
    put("settings", "mark-in-front", "\ufeff" + TOML_PARTS[3])


def make_golden():
    for file in sorted((FIXTURES / "golden").glob("*.toml")):
        head, *blocks = re.split(r"(?m)^(?=\[\[case\]\])", file.read_text())
        head = "".join(line + "\n" for line in head.splitlines() if not line.startswith("#"))
        if blocks:
            put("golden", file.stem, head.lstrip() + blocks[len(blocks) // 2])
    for number, (name, case) in enumerate(cases()):
        if number % 5 == 0:
            put("golden", f"raw-{name}", raw(case["request"]))


def make_connection():
    arrivals = ["close 7 0", "close 1 0", "close 400 0", "wait 50 900", "deaf 64 0", "wait 3 10", "close 9 1200"]
    odd = [
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\na=\r\n1\r\nb\r\n0\r\nT: v\r\n\r\nmore",
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\na=b",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\ncut off",
        "TRACE / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET /a b HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "\r\n\r\nGET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\n" + "X: y\r\n" * 65 + "\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "",
    ]
    for number, text in enumerate(odd):
        put("connection", f"odd-{number:02}", arrivals[number % len(arrivals)] + "\n" + text)
    for number, (name, case) in enumerate(cases()):
        if number % 7 == 0:
            put("connection", name, arrivals[number // 7 % len(arrivals)] + "\n" + raw(case["request"]))


HOSTILE = [
    "</pre><script>alert(1)</script>",
    ']]></failure><testcase name="x"/>',
    '" onmouseover="x',
    "```\n# title\n```",
    "~~~ @octocat #1 https://example.com ![x](y)",
    "::error file=x::y",
    "##[group]x",
    "x%0A::stop-commands::y",
    "\x1b[31mred\x1b[0m \u202etxt \u200b\ufeff",
    "a\r\nb\0c",
    "\uffff\ufffe\ufdd0",
    "&amp;&#x41;%25%",
    "GET&http%3A%2F%2Fh%2F&a%3Db%26c%3Dd",
    "e\u0301 \u754c \U0001f469\u200d\U0001f469",
    " begins and ends with a blank ",
    "a" * 300,
]


def make_rendered():
    for number, text in enumerate(HOSTILE):
        put("rendered", f"{number:02}", bytes([(number * 37) % 256]) + text.encode())
        put("rendered", f"{number:02}-other", bytes([(number * 91 + 128) % 256]) + text.encode())


def make_redact():
    for number, file in enumerate(sorted((ROOT / "fuzz" / "corpus" / "search").iterdir())):
        if number % 2 == 0:
            put("redact", file.name, file.read_bytes())


if __name__ == "__main__":
    make_core()
    make_capture()
    make_har()
    make_curl()
    make_url()
    make_search()
    make_settings()
    make_golden()
    make_connection()
    make_rendered()
    make_redact()
