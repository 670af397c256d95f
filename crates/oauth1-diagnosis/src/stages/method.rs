//! The request method: which one stands in the base string, and how it is written.

use crate::{
    choice::Choice,
    facts::{Facts, show},
    mistakes::{Mistake, Stage},
};

/// The page of `method-case`.
pub static METHOD_CASE: Mistake = Mistake {
    id: "method-case",
    stage: Stage::Method,
    cost: 35,
    title: "signed the method in lower or mixed case",
    what: "The base string begins with the method as the code spelled it, such as `get`. RFC 5849 section \
        3.4.1.1 asks for the method in upper case: `GET&http%3A%2F%2F…`.",
    why: "A method typed as `get` or `Post` in an options object reaches the signer unchanged, while the \
        HTTP library sends it in upper case. The first letters of the base string show it.",
    who: "Seen where the caller's text is trusted: Net::OAuth, LWP::Authen::OAuth, mrjones/oauth, \
        reqwest-oauth1, oauth10a, oauth1-request. Google's google-oauth-client refuses such a method \
        instead.",
    fix: "Convert the method to upper case before building the base string.",
};

/// The page of `method-wrong`.
pub static METHOD_WRONG: Mistake = Mistake {
    id: "method-wrong",
    stage: Stage::Method,
    cost: 20,
    title: "signed another method than it sent",
    what: "The method in the base string is not the one in the request line, for example `POST&…` for a \
        request sent as `GET`. RFC 5849 section 3.4.1.1 signs the method of the request as it is sent.",
    why: "The method is a fixed word or a default in the signing code, the HTTP library picks another \
        one because of a body, or a redirect turned POST into GET. The first part of the base string \
        shows it.",
    who: "curl (`-d` turns GET into POST, `-L` turns POST into GET after a 301 or 302), Flask-OAuthlib's \
        `access_token_method`, tcllib `oauth::query` (signs POST when it is given a query), `HEAD` \
        requests signed as GET.",
    fix: "Take the method from the request object that is about to be sent, and sign again after every \
        redirect.",
};

/// The page of `method-override`.
pub static METHOD_OVERRIDE: Mistake = Mistake {
    id: "method-override",
    stage: Stage::Method,
    cost: 18,
    title: "signed the method that an override header names",
    what: "The request is sent as `POST` with `X-HTTP-Method-Override: PUT` or `_method=PUT`, and the two \
        sides disagree about which method counts. RFC 5849 section 3.4.1.1 knows only the method of \
        the request line.",
    why: "A framework replaces the method before the signature is checked or made, so one side signs \
        `PUT&…` and the other `POST&…`.",
    who: "Rails and Laravel `_method` fields, ASP.NET and Google-style `X-HTTP-Method-Override`, clients \
        behind proxies that let only GET and POST through.",
    fix: "Sign the method of the request line. If the server checks the overridden method, send that \
        method directly and drop the override.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[&METHOD_CASE, &METHOD_WRONG, &METHOD_OVERRIDE];

/// Other methods that a client may have signed.
pub(crate) fn choices(facts: &Facts<'_>) -> Vec<(Choice, Vec<u8>)> {
    let sent = &facts.request.method;
    let upper = sent.to_ascii_uppercase();
    let mut list = Vec::new();
    let mut case = |text: Vec<u8>| {
        if text != upper && !list.iter().any(|(_, known)| *known == text) {
            list.push((
                Choice::new(&METHOD_CASE, format!("`{}` was signed", show(&text))),
                text,
            ));
        }
    };
    case(sent.clone());
    case(upper.to_ascii_lowercase());
    let mut capital = upper.to_ascii_lowercase();
    if let Some(first) = capital.first_mut() {
        first.make_ascii_uppercase();
    }
    case(capital);
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        for value in facts.request.header_values(name) {
            list.push(overriding(name, value));
        }
    }
    if let Some(value) = facts.get("_method") {
        list.push(overriding("the parameter _method", value));
    }
    let other: &[&str] = match upper.as_slice() {
        b"GET" => &["POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"],
        b"POST" => &["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
        _ => &["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
    };
    for (rank, method) in (0..).zip(other) {
        if method.as_bytes() != upper {
            list.push((
                Choice::new(
                    &METHOD_WRONG,
                    format!("{method} was signed, {} was sent", show(&upper)),
                )
                .rarer(rank),
                method.as_bytes().to_vec(),
            ));
        }
    }
    list
}

fn overriding(whence: &str, value: &[u8]) -> (Choice, Vec<u8>) {
    let method = value.to_ascii_uppercase();
    (
        Choice::new(
            &METHOD_OVERRIDE,
            format!("{whence} says `{}`, and that was signed", show(&method)),
        ),
        method,
    )
}
