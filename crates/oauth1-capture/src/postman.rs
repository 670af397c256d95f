//! A Postman collection (v2.0 and v2.1): its requests, the OAuth 1.0 credentials kept for them, and the signed requests
//! among its saved responses.
//!
//! Where a request's URL is in parts, the parts are what Postman sends, and `raw` is for show.

use crate::{
    Captured, Hints,
    detect::contains,
    error::CaptureError,
    format::Spec,
    response::Response,
    saved::{
        Attempt, FORM, Field, Names, OAuth, Placement, Problem, Saved, all_of, form, place,
        with_path_values,
    },
    tree::{self, Node, Value},
    variables::Variables,
};
use oauth1_core::request::{BodyKind, Header};

pub(crate) const SPEC: Spec = Spec {
    name: "postman",
    description: "a Postman collection, exported as v2.1 (or v2.0)",
    noun: "a Postman collection",
    looks_like,
    keeps_byte_order_mark: false,
    read,
};

const SHAPE: &str = "export the collection as Collection v2.1 and paste the whole file";

const NAMES: Names = Names {
    parameters: [
        ("oauth_consumer_key", "consumerKey"),
        ("oauth_token", "token"),
        ("oauth_signature_method", "signatureMethod"),
        ("oauth_timestamp", "timestamp"),
        ("oauth_nonce", "nonce"),
        ("oauth_version", "version"),
        ("oauth_callback", "callback"),
        ("oauth_verifier", "verifier"),
    ],
    realm: "realm",
    consumer_secret: "consumerSecret",
    token_secret: "tokenSecret",
    private_key: "privateKey",
    body_hash: "includeBodyHash",
};

/// The identifier or the schema stands at the beginning, in `info`.
fn looks_like(text: &[u8]) -> bool {
    const BEGINNING: usize = 1 << 16;
    let beginning = text.get(..BEGINNING).unwrap_or(text);
    text.starts_with(b"{")
        && (contains(beginning, b"getpostman.com/json/collection/")
            || contains(beginning, b"\"_postman_id\""))
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let root = tree::from_json(input, SHAPE)?;
    // Postman's API wraps the collection.
    let root = root.get("collection").unwrap_or(&root);
    if root.get("item").is_none() {
        let message = if root.get("requests").is_some() {
            "expected a Postman collection v2.1, found one in the older form v1"
        } else {
            "expected a Postman collection, found an object without \"item\""
        };
        return Err(CaptureError::at(input, root.at, message, SHAPE));
    }
    let variables = root.get("variable").map_or(&[][..], Node::elements);
    let mut collection = Collection {
        variables: Variables::new(variables.iter().filter_map(variable)),
        hints,
        attempts: Vec::new(),
    };
    collection.items(root, &mut Vec::new(), None);
    all_of(input, collection.attempts, "the collection")
}

/// Older exports say `id` for `key`.
fn variable(node: &Node) -> Option<(String, String)> {
    let name = node.text_of("key").or_else(|| node.text_of("id"))?;
    let value = node.text_of("value").unwrap_or_default();
    (!node.is_on("disabled")).then(|| (name.to_owned(), value.to_owned()))
}

struct Collection<'a> {
    variables: Variables<'static>,
    hints: &'a Hints,
    attempts: Vec<Attempt>,
}

impl Collection<'_> {
    /// The requests of a folder and of the folders in it. An `auth` of their own wins over the folder's.
    fn items<'n>(&mut self, folder: &'n Node, path: &mut Vec<&'n str>, outer: Option<&'n Node>) {
        let auth = folder.get("auth").or(outer);
        let items = folder.get("item").map_or(&[][..], Node::elements);
        for item in items {
            path.push(item.text_of("name").unwrap_or("?"));
            if item.get("item").is_some() {
                self.items(item, path, auth);
            }
            if let Some(request) = item.get("request") {
                let auth = request.get("auth").or(item.get("auth")).or(auth);
                let oauth = auth.filter(|auth| auth.text_of("type") == Some("oauth1"));
                let is_pruned = !item
                    .get("protocolProfileBehavior")
                    .is_some_and(|behavior| behavior.is_on("disableBodyPruning"));
                let named = place(path);
                self.attempts.push(Attempt {
                    is_signed: oauth.is_some() || request.mentions("oauth_"),
                    result: self
                        .request(request, is_pruned)
                        .and_then(|saved| self.captured(saved, oauth, None)),
                    place: named.clone(),
                });
                self.responses(item, &named, oauth, is_pruned);
            }
            path.pop();
        }
    }

    /// A saved response holds the request that it answered, at times as it was sent.
    fn responses(&mut self, item: &Node, named: &str, oauth: Option<&Node>, is_pruned: bool) {
        for saved in item.get("response").map_or(&[][..], Node::elements) {
            let Some(request) = saved
                .get("originalRequest")
                .filter(|node| node.mentions("oauth_"))
            else {
                continue;
            };
            let name = saved.text_of("name").unwrap_or("?");
            self.attempts.push(Attempt {
                place: format!(
                    "{named}, saved response {}",
                    place(&[name]).trim_start_matches("request ")
                ),
                is_signed: true,
                result: self
                    .request(request, is_pruned)
                    .and_then(|request| self.captured(request, oauth, Some(response(saved)))),
            });
        }
    }

    fn captured(
        &self,
        saved: Saved,
        oauth: Option<&Node>,
        response: Option<Response>,
    ) -> Result<Captured, Problem> {
        let mut saved = saved;
        let oauth = oauth.map(|auth| self.oauth(auth, &mut saved)).transpose()?;
        Ok(saved.into_captured(oauth, response, self.hints))
    }

    /// The block `auth`: a list of key and value in v2.1, an object in v2.0.
    fn oauth(&self, auth: &Node, saved: &mut Saved) -> Result<OAuth, Problem> {
        let block = auth.get("oauth1");
        let fields = block.map(fields).unwrap_or_default();
        let is_on = |name| {
            let mut fields = fields.iter().rev();
            fields
                .find(|field| field.name == name)
                .is_some_and(|field| field.text == "true")
        };
        let placement = if is_on("addParamsToHeader") {
            Placement::Header
        } else if saved.kind() == BodyKind::Form && saved.method_is(&["PUT", "POST"]) {
            Placement::Body
        } else {
            Placement::Query
        };
        let mut oauth = OAuth::read(&NAMES, &fields, placement, &self.variables)?;
        oauth.is_encoded = !is_on("disableHeaderEncoding");
        if is_on("addEmptyParamsToSign") {
            saved.note("\"Add empty parameters to signature\" is on: Postman signs parameters without a value, and leaves them out of the Authorization header.");
        }
        Ok(oauth)
    }

    fn request(&self, request: &Node, is_pruned: bool) -> Result<Saved, Problem> {
        let method = request.text_of("method").unwrap_or("GET");
        let method = self.variables.fill(method, request.at)?;
        let (url, at) = match (request.text(), request.get("url")) {
            (Some(url), _) => (self.variables.fill(url, request.at)?, request.at),
            (None, Some(url)) => (self.url(url)?, url.at),
            (None, None) => (String::new(), request.at),
        };
        let mut saved = Saved::new("Postman", &method, &url, at, str::to_owned)?;
        for field in header_fields(request.get("header")) {
            saved.push_filled_header(&field, &self.variables)?;
        }
        if let Some(body) = request.get("body").filter(|body| !body.is_on("disabled")) {
            if is_pruned && saved.method_is(&["GET", "HEAD", "COPY", "PURGE", "UNLOCK"]) {
                saved.note("Postman sends no body with this method; the one that is written down is left out.");
            } else {
                self.body(body, &mut saved)?;
            }
        }
        Ok(saved)
    }

    fn body(&self, body: &Node, saved: &mut Saved) -> Result<(), Problem> {
        match body.text_of("mode") {
            Some("raw") => {
                let language = body
                    .get("options")
                    .and_then(|options| options.get("raw"))
                    .and_then(|raw| raw.text_of("language"));
                if let Some(content_type) = match language {
                    Some("json") => Some("application/json"),
                    Some("xml") => Some("application/xml"),
                    Some("html") => Some("text/html"),
                    Some("javascript") => Some("application/javascript"),
                    Some(_) => Some("text/plain"),
                    None => None,
                } {
                    saved.push_default_header("Content-Type", content_type);
                }
                if let Some(raw) = body.get("raw") {
                    let text = raw.text().unwrap_or_default();
                    saved.set_filled_body(text, raw.at, &self.variables)?;
                }
            }
            Some("urlencoded") => {
                saved.push_default_header("Content-Type", FORM);
                if let Some(list) = body.get("urlencoded") {
                    let text = match list.text() {
                        Some(text) => self.variables.fill(text, list.at)?,
                        None => self.encoded(list)?,
                    };
                    saved.set_body(text);
                }
            }
            Some("formdata") => saved.set_multipart(),
            Some("file") => saved.set_file(body.at)?,
            Some("graphql") => {
                saved.push_default_header("Content-Type", "application/json");
                saved.note("Postman makes the body of a GraphQL query when it sends it; it is left out, and it is not signed.");
            }
            _ => {}
        }
        Ok(())
    }

    /// Enabled pairs as a form.
    fn encoded(&self, list: &Node) -> Result<String, Problem> {
        let mut pairs = Vec::new();
        for pair in list
            .elements()
            .iter()
            .filter(|pair| !pair.is_on("disabled"))
        {
            let name = self
                .variables
                .fill(pair.text_of("key").unwrap_or_default(), pair.at)?;
            let value = self
                .variables
                .fill(pair.text_of("value").unwrap_or_default(), pair.at)?;
            pairs.push((name, value));
        }
        Ok(form(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        ))
    }

    /// A URL as a string, in parts, or with nothing but `raw`.
    fn url(&self, url: &Node) -> Result<String, Problem> {
        if let Some(text) = url.text() {
            return self.variables.fill(text, url.at);
        }
        let Some(host) = url.get("host").map(|host| joined(host, ".")) else {
            let raw = url.text_of("raw").unwrap_or_default();
            return self.variables.fill(raw, url.at);
        };
        let mut text = String::new();
        if let Some(protocol) = url.text_of("protocol") {
            text.push_str(protocol.trim_end_matches("://"));
            text.push_str("://");
        }
        text.push_str(&host);
        if let Some(port) = url.text_of("port") {
            text.push(':');
            text.push_str(port);
        }
        if let Some(path) = url.get("path") {
            text.push('/');
            let values = url.get("variable").map_or(&[][..], Node::elements);
            let values = values.iter().filter_map(variable).collect();
            text.push_str(&with_path_values(
                joined(path, "/").trim_start_matches('/'),
                &values,
            ));
        }
        let query = url.get("query").map_or(&[][..], Node::elements);
        let query = query.iter().filter(|pair| !pair.is_on("disabled"));
        for (index, pair) in query.enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(pair.text_of("key").unwrap_or_default());
            if let Some(value) = pair.text_of("value") {
                text.push('=');
                text.push_str(value);
            }
        }
        self.variables.fill(&text, url.at)
    }
}

/// Headers as a list, or as one text with a header a line.
fn header_fields(headers: Option<&Node>) -> Vec<Field<'_>> {
    let Some(headers) = headers else {
        return Vec::new();
    };
    match &headers.value {
        Value::Text(text) => text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, text)| Field {
                name,
                text,
                at: headers.at,
            })
            .collect(),
        _ => headers
            .elements()
            .iter()
            .filter(|header| !header.is_on("disabled"))
            .filter_map(|header| {
                Some(Field {
                    name: header.text_of("key")?,
                    text: header.text_of("value").unwrap_or_default(),
                    at: header.at,
                })
            })
            .collect(),
    }
}

/// A list of parts, or a text.
fn joined(node: &Node, separator: &str) -> String {
    if let Some(text) = node.text() {
        return text.to_owned();
    }
    let parts = node.elements().iter().map(|part| {
        let text = part.text().or_else(|| part.text_of("value"));
        text.unwrap_or_default()
    });
    parts.collect::<Vec<_>>().join(separator)
}

/// Key and value of each element of a list, or of each member of an object.
fn fields(block: &Node) -> Vec<Field<'_>> {
    let elements = block.elements().iter().filter_map(|element| {
        let value = element.get("value")?;
        Some(Field {
            name: element.text_of("key")?,
            text: value.text()?,
            at: value.at,
        })
    });
    let members = block.members().iter().filter_map(|(name, value)| {
        Some(Field {
            name,
            text: value.text()?,
            at: value.at,
        })
    });
    elements.chain(members).collect()
}

fn response(saved: &Node) -> Response {
    let headers = header_fields(saved.get("header")).into_iter();
    Response {
        status: saved.text_of("code").and_then(|code| code.parse().ok()),
        headers: headers
            .map(|field| Header {
                name: field.name.into(),
                value: field.text.trim().into(),
            })
            .collect(),
        body: saved.text_of("body").unwrap_or_default().into(),
    }
}
