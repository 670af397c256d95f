//! The page of `diagnose serve` in headless Chromium; its screenshots are kept under `target/screenshots/`.
//!
//! Needs Chromium, Node.js and playwright-core under `target/browser/`, which `.ci/run` installs; without them it is skipped, unless
//! `REQUIRE_ADAPTERS` is set.

mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{DEMO, serving::Serving};
use std::{env, fs, path::Path, process::Command};

#[test]
fn in_a_real_browser() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let installed = root.join("target/browser");
    let browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
    let browser = browsers.iter().find(|path| Path::new(path).exists());
    let (Some(browser), true) = (
        browser,
        installed.join("node_modules/playwright-core").exists(),
    ) else {
        assert!(
            env::var_os("REQUIRE_ADAPTERS").is_none(),
            "Chromium or playwright-core is not installed"
        );
        eprintln!("Chromium or playwright-core is not installed: skipped");
        return;
    };
    let screenshots = root.join("target/screenshots");
    fs::create_dir_all(&screenshots).unwrap();

    let server = Serving::start(&[]);
    let right = server.signed("/items?q=a%20b");
    let wrong = right.replacen("GET", "PUT", 1);
    // F23: each field that a stranger fills in.
    let hostile = "POST /<script>alert(1)</script>?a=<img/src=x/onerror=alert(2)>&javascript:alert(3) HTTP/1.1\r\n\
        Host: </title><svg/onload=alert(4)>\r\nX-\u{60}: <style>*{display:none}</style>\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 31\r\n\
        Authorization: OAuth oauth_consumer_key=\"<b>k</b>\",oauth_token=\"</pre><script>alert(5)</script>\",oauth_nonce=\"n\",\
        oauth_timestamp=\"1\",oauth_signature_method=\"HMAC-SHA1\",oauth_signature=\"<a href=javascript:alert(6)>\"\r\n\r\n\
        a=<iframe/src=javascript:alert(7";
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/page.mjs"))
        .args([&server.capture, &server.page])
        .arg(&screenshots)
        .env("PLAYWRIGHT", &installed)
        .env("CHROMIUM", browser)
        .env("RIGHT", STANDARD.encode(&right))
        .env("WRONG", STANDARD.encode(&wrong))
        .env("HOSTILE", STANDARD.encode(hostile))
        .env("PASTED", STANDARD.encode(fs::read(DEMO).unwrap()))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.trim() == "ok",
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
