//! How a signature is made, as a page that can be followed with pencil and paper.

use super::{
    Visible,
    page::{FAINT, GOOD, PLAIN, Page, STRONG},
};
use crate::{cli::Place, sign::Product};
use oauth1_core::{
    base_string_uri::base_string_uri,
    encode::percent_encode,
    method::SignatureMethod,
    parameters::{Source, collect_parameters},
};

/// The derivation of a signed request, stage by stage.
pub(crate) fn page(product: &Product, place: Place, width: usize) -> String {
    let mut page = Page::new(width);
    let (plain, signed) = (product.plain, product.signed);
    let method = String::from_utf8_lossy(&plain.method);
    let uri = String::from_utf8_lossy(&base_string_uri(plain)).into_owned();

    stage(&mut page, 1, "The request method", "3.4.1.1");
    say(&mut page, "As it is sent; standard methods in capitals.");
    show(&mut page, &method);

    stage(&mut page, 2, "The base string URI", "3.4.1.2");
    say(
        &mut page,
        "Scheme and host in small letters, the port only where it is not the default, the path as it is sent (a slash where \
         there is none), without query and fragment.",
    );
    show(&mut page, &uri);

    stage(&mut page, 3, "The parameters", "3.4.1.3.1");
    say(
        &mut page,
        "From the query, the form body and the protocol parameters; each name and value decoded. realm and oauth_signature \
         are left out.",
    );
    let collected = collect_parameters(&signed.request);
    let parameters: Vec<_> = collected
        .list
        .iter()
        .filter(|one| &*one.name != b"oauth_signature")
        .collect();
    for one in &parameters {
        let text = |bytes: &[u8]| Visible(&String::from_utf8_lossy(bytes)).to_string();
        let from = match one.source {
            Source::Header => "header",
            Source::Query => "query ",
            Source::Body => "body  ",
        };
        let pair = format!("{} = \"{}\"", text(&one.name), text(&one.value));
        page.item((FAINT, &format!("    {from}  ")), (PLAIN, &pair));
    }

    stage(
        &mut page,
        4,
        "The parameters, encoded and sorted",
        "3.6, 3.4.1.3.2",
    );
    say(
        &mut page,
        "Every byte but letters, digits and - . _ ~ becomes % and two hex digits in capitals. Then they are sorted by name, \
         and those of one name by value, byte by byte.",
    );
    let mut sorted: Vec<(String, String)> = parameters
        .iter()
        .map(|one| (percent_encode(&one.name), percent_encode(&one.value)))
        .collect();
    sorted.sort();
    for (name, value) in &sorted {
        show(&mut page, &format!("{name}={value}"));
    }

    stage(&mut page, 5, "The normalized parameters", "3.4.1.3.2");
    say(&mut page, "Joined with &.");
    show(&mut page, &collected.normalized());

    stage(&mut page, 6, "The signature base string", "3.4.1.1");
    say(
        &mut page,
        "Method, URI and normalized parameters, the last two encoded once more, joined with &. A % of the line above is %25 \
         here, and that is right.",
    );
    show(&mut page, signed.base_string.as_str());

    key_and_signature(&mut page, product);

    let section = match place {
        Place::Header => "3.5.1",
        Place::Query => "3.5.3",
        Place::Body => "3.5.2",
    };
    stage(&mut page, 9, "The request that is sent", section);
    say(
        &mut page,
        "The signature is encoded like every other value. Nothing else may change from here on: a redirect, a proxy or a \
         library that encodes the URL again makes the signature wrong.",
    );
    let is_printable = product.method != SignatureMethod::Plaintext || product.shown_key.is_some();
    let sent = match place {
        Place::Header => format!("Authorization: {}", signed.authorization),
        Place::Query => String::from_utf8_lossy(&super::emit::url(&signed.request)).into_owned(),
        Place::Body => String::from_utf8_lossy(&signed.request.body).into_owned(),
    };
    show(&mut page, if is_printable { &sent } else { HIDDEN });
    page.finish()
}

/// In place of what is secret.
const HIDDEN: &str = "(not shown; --show-secrets prints it)";

fn key_and_signature(page: &mut Page, product: &Product) {
    let (method, signature) = (product.method, &product.signed.signature);
    let name = method.name();
    if method.is_rsa() {
        stage(page, 7, "The key", "3.4.3");
        say(page, "The client's private key. Secrets play no part.");
        stage(page, 8, "The signature", "3.4.3");
        say(
            page,
            "RSASSA-PKCS1-v1_5 over the base string, then Base64 with padding and without line breaks.",
        );
        return show(page, signature);
    }
    stage(page, 7, "The key", "3.4.2");
    say(
        page,
        "Client secret and token secret, each encoded, joined with &. The & stays where there is no token.",
    );
    let key = product
        .shown_key
        .map(|key| String::from_utf8_lossy(key.expose()));
    show(page, key.as_deref().unwrap_or(HIDDEN));
    if method == SignatureMethod::Plaintext {
        stage(page, 8, "The signature", "3.4.4");
        say(
            page,
            "PLAINTEXT: the key itself. The base string plays no part.",
        );
        return show(page, key.as_deref().unwrap_or(HIDDEN));
    }
    stage(page, 8, "The signature", "3.4.2");
    say(
        page,
        &format!("{name} of the base string with that key; the digest in Base64 with padding."),
    );
    show(page, signature);
}

fn stage(page: &mut Page, number: usize, title: &str, section: &str) {
    page.gap();
    page.item(
        (GOOD, &format!("{number}. ")),
        (STRONG, &format!("{title} (RFC 5849 section {section})")),
    );
}

fn say(page: &mut Page, text: &str) {
    page.paragraph(3, PLAIN, text);
}

fn show(page: &mut Page, text: &str) {
    page.paragraph(4, GOOD, &Visible(text).to_string());
}
