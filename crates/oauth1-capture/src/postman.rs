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
    may_look_like: &[],
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

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::parameters::collect_parameters;

    fn collection(rest: &str) -> String {
        format!(r#"{{"info": {{"_postman_id": "1"}}, {rest}}}"#)
    }

    fn read_all(rest: &str) -> Result<Vec<Captured>, CaptureError> {
        read(collection(rest).as_bytes(), &Hints::default())
    }

    fn one(item: &str) -> crate::CapturedRequest {
        let mut all = read_all(&format!(r#""item": [{item}]"#)).unwrap();
        all.remove(0).request.unwrap()
    }

    #[test]
    fn the_beginning_tells() {
        assert!(looks_like(collection(r#""item": []"#).as_bytes()));
        assert!(looks_like(
            br#"{"collection": {"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}}}"#
        ));
        assert!(!looks_like(br#"{"url": "http://h/"}"#));
    }

    #[test]
    fn urls_in_every_form() {
        for (url, target) in [
            (r#""http://h/a?b""#, "http://h/a?b"),
            (r#"{"raw": "http://h/a?b=c"}"#, "http://h/a?b=c"),
            (
                r#"{"raw": "old", "protocol": "https", "host": "h.x", "port": "8443", "path": "/a/:b/:c",
                    "query": [{"key": "d", "value": null}, {"key": "e", "value": ""}, {"key": "f", "disabled": true}],
                    "variable": [{"key": "b", "value": "1"}]}"#,
                "https://h.x:8443/a/1/:c?d&e=",
            ),
            (
                r#"{"host": ["h", "x"], "path": ["a", {"value": "b"}]}"#,
                "http://h.x/a/b",
            ),
        ] {
            let request = one(&format!(r#"{{"request": {{"url": {url}}}}}"#)).request;
            let query = request.query.map_or(String::new(), |query| {
                format!("?{}", String::from_utf8(query).unwrap())
            });
            let path = String::from_utf8(request.path).unwrap();
            let authority = String::from_utf8(request.authority).unwrap();
            let scheme = request.scheme.as_str();
            assert_eq!(format!("{scheme}://{authority}{path}{query}"), target);
        }
    }

    #[test]
    fn bodies_by_mode() {
        for (body, content_type, sent, told) in [
            (r#"{"mode": "raw", "raw": "{{x}}"}"#, None, "{{x}}", ""),
            (
                r#"{"mode": "raw", "raw": "a", "options": {"raw": {"language": "xml"}}}"#,
                Some("application/xml"),
                "a",
                "",
            ),
            (
                r#"{"mode": "urlencoded", "urlencoded": "a=b"}"#,
                Some(FORM),
                "a=b",
                "",
            ),
            (
                r#"{"mode": "formdata"}"#,
                Some("multipart/form-data"),
                "",
                "boundary",
            ),
            (
                r#"{"mode": "file", "file": {"src": "s3cret"}}"#,
                None,
                "",
                "comes from a file",
            ),
            (
                r#"{"mode": "graphql"}"#,
                Some("application/json"),
                "",
                "GraphQL",
            ),
            (
                r#"{"mode": "raw", "raw": "a", "disabled": true}"#,
                None,
                "",
                "",
            ),
        ] {
            let item =
                format!(r#"{{"request": {{"method": "POST", "url": "h", "body": {body}}}}}"#);
            let captured = one(&item);
            let request = &captured.request;
            assert_eq!(
                request.header("Content-Type"),
                content_type.map(str::as_bytes),
                "{body}"
            );
            assert_eq!(request.body, sent.as_bytes(), "{body}");
            let notes = captured.notes.concat();
            assert!(notes.contains(told) && !notes.contains("s3cret"), "{notes}");
        }
        let get = one(r#"{"request": {"url": "h", "body": {"mode": "raw", "raw": "a"}}}"#);
        assert!(get.request.body.is_empty() && get.notes.concat().contains("no body"));
    }

    #[test]
    fn auth_is_inherited_until_a_folder_or_a_request_has_its_own() {
        let auth = |key: &str| {
            format!(
                r#""auth": {{"type": "oauth1", "oauth1": {{"consumerKey": "{key}", "consumerSecret": "s", "addParamsToHeader": true, "disableHeaderEncoding": true}}}}"#
            )
        };
        let request = r#"{"name": "r", "request": {"url": "h"}}"#;
        let own = format!(
            r#"{{"name": "o", "request": {{"url": "h", {}}}}}"#,
            auth("k/3")
        );
        let all = read_all(&format!(
            r#""item": [{request}, {{"name": "f", "item": [{request}, {own}], {}}}, {{"name": "n", "item": [{request}], "auth": {{"type": "noauth"}}}}], {}"#,
            auth("k/2"),
            auth("k/1")
        ))
        .unwrap();
        let keys: Vec<_> = all
            .iter()
            .map(|captured| {
                let request = &captured.request.as_ref().unwrap().request;
                let parameters = collect_parameters(request);
                let key = parameters.get("oauth_consumer_key").map(<[u8]>::to_vec);
                (
                    captured.place.clone().unwrap(),
                    key.map(|key| String::from_utf8(key).unwrap()),
                )
            })
            .collect();
        let expected = [
            ("request \"r\"", Some("k/1")),
            ("request \"f / r\"", Some("k/2")),
            ("request \"f / o\"", Some("k/3")),
            ("request \"n / r\"", None),
        ];
        let expected = expected.map(|(place, key)| (place.to_owned(), key.map(str::to_owned)));
        assert_eq!(keys, expected);
        let header = all[0]
            .request
            .as_ref()
            .unwrap()
            .request
            .header("Authorization");
        assert_eq!(
            header,
            Some(&br#"OAuth oauth_consumer_key="k/1",oauth_version="1.0""#[..])
        );
    }

    #[test]
    fn a_saved_response_goes_with_the_request_that_it_answered() {
        let all = read_all(
            r#""item": [{"name": "r", "request": "http://h/", "response": [
                {"name": "a", "code": 401, "header": "X: y\r\nZ: 1", "body": "no", "originalRequest": {"url": "http://h/?oauth_token=t"}},
                {"name": "b", "code": 200, "originalRequest": {"url": "http://h/"}}]}]"#,
        )
        .unwrap();
        let [_, saved] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!(
            saved.place.as_deref(),
            Some("request \"r\", saved response \"a\"")
        );
        let response = saved.response.as_ref().unwrap();
        assert_eq!((response.status, response.headers.len()), (Some(401), 2));
    }

    #[test]
    fn errors_say_where() {
        for (rest, line, column, told) in [
            ("\n\"requests\": []", 1, 1, "older form"),
            ("\n\"x\": []", 1, 1, "without \"item\""),
            ("\n\"item\": []", 1, 1, "found none"),
            (
                "\n\"item\": [{\"request\": \"{{h}}\"}]",
                2,
                22,
                "{{h}} has no value",
            ),
            ("\n\"item\": [{\"request\": {}}]", 2, 22, "URL"),
            ("\n\"item\": [", 2, 10, "expected JSON"),
            (
                "\n\"item\": [{\"request\": {\"method\": \"POST\", \"url\": \"h\", \"header\": \"Content-Type: application/x-www-form-urlencoded\", \"body\": {\"mode\": \"file\"}}}]",
                2,
                122,
                "name of a file",
            ),
        ] {
            let error = read_all(rest).unwrap_err();
            assert!(error.to_string().contains(told), "{error}");
            assert_eq!((error.line, error.column), (line, column), "{error}");
        }
    }
}
