//! How a signature is made, as a page that can be followed with pencil and paper.

use super::{
    derivation::{Stage, of_base_string, of_signature},
    page::{FAINT, GOOD, PLAIN, Page, STRONG},
};
use crate::{cli::Place, sign::Product};
use oauth1_core::method::SignatureMethod;

/// In place of what is secret.
const HIDDEN: &str = "(not shown; --show-secrets prints it)";

/// The derivation of a signed request, stage by stage.
pub(crate) fn page(product: &Product, place: Place, width: usize) -> String {
    let signed = product.signed;
    let key = product
        .shown_key
        .map(|key| String::from_utf8_lossy(key.expose()).into_owned());
    let mut stages = of_base_string(&signed.request, signed.base_string.as_str());
    stages.extend(of_signature(
        product.method,
        key.as_deref().unwrap_or(HIDDEN),
        &signed.signature,
    ));
    stages.push(sent(product, place));

    let mut page = Page::new(width);
    for (number, stage) in (1..).zip(&stages) {
        page.gap();
        let title = format!("{} (RFC 5849 section {})", stage.title, stage.section);
        page.item((GOOD, &format!("{number}. ")), (STRONG, &title));
        page.paragraph(3, PLAIN, &stage.says);
        for line in &stage.lines {
            match line.from {
                Some(from) => {
                    page.item((FAINT, &format!("    {from:6}  ")), (PLAIN, &line.text));
                }
                None => page.paragraph(4, GOOD, &line.text),
            }
        }
    }
    page.finish()
}

fn sent(product: &Product, place: Place) -> Stage {
    let signed = product.signed;
    let (section, text) = match place {
        Place::Header => ("3.5.1", format!("Authorization: {}", signed.authorization)),
        Place::Query => {
            let url = super::emit::url(&signed.request);
            ("3.5.3", String::from_utf8_lossy(&url).into_owned())
        }
        Place::Body => {
            let body = &signed.request.body;
            ("3.5.2", String::from_utf8_lossy(body).into_owned())
        }
    };
    let is_printable = product.method != SignatureMethod::Plaintext || product.shown_key.is_some();
    Stage::new(
        "The request that is sent",
        section,
        "The signature is encoded like every other value. Nothing else may change from here on: a redirect, a proxy or a \
         library that encodes the URL again makes the signature wrong.",
        [if is_printable {
            text
        } else {
            HIDDEN.to_owned()
        }],
    )
}
