//! An Insomnia export: its requests, the environments that fill them in, and the OAuth 1.0 credentials kept for them.
//!
//! Version 4 is a flat list of resources that name their parents, as JSON or YAML; version 5 is YAML with folders in one
//! another.

use crate::{
    Captured, Hints,
    detect::{contains, first_line},
    error::CaptureError,
    format::Spec,
    saved::{
        Attempt, FORM, Field, Names, OAuth, Placement, Problem, Saved, all_of, encode_component,
        place, with_path_values,
    },
    tree::{self, Node},
    variables::Variables,
};
use oauth1_core::{encode::percent_decode, request::BodyKind};
use std::collections::HashMap;

pub(crate) const SPEC: Spec = Spec {
    name: "insomnia",
    description: "an Insomnia export: v4 (JSON or YAML) or v5 (YAML)",
    noun: "an Insomnia export",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read,
};

const SHAPE: &str = "export the collection again (Insomnia v4 or v5) and paste the whole file";

const NAMES: Names = Names {
    parameters: [
        ("oauth_consumer_key", "consumerKey"),
        ("oauth_token", "tokenKey"),
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
    // Insomnia hashes something else than the body: see `request`.
    body_hash: "",
};

fn looks_like(text: &[u8]) -> bool {
    const BEGINNING: usize = 1 << 12;
    let beginning = text.get(..BEGINNING).unwrap_or(text);
    let line = first_line(text);
    line.starts_with(b"type: ") && contains(line, b".insomnia.rest/")
        || line.starts_with(b"_type: export")
        || text.starts_with(b"{") && contains(beginning, b"\"__export_format\"")
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let root = if input.trim_ascii_start().starts_with(b"{") {
        tree::from_json(input, SHAPE)?
    } else {
        tree::from_yaml(input)?
    };
    let mut export = Export {
        hints,
        attempts: Vec::new(),
        path: Vec::new(),
    };
    if let Some(resources) = root.get("resources") {
        let resources = Resources::new(resources.elements());
        let variables = resources.environment();
        for root in resources.roots() {
            export.children(&resources, root, &variables, None);
        }
    } else if let Some(collection) = root.get("collection") {
        let base = root.get("environments");
        let variables = environment(
            base.and_then(|base| base.get("data")),
            base.and_then(|base| base.get("subEnvironments"))
                .map_or(&[][..], Node::elements)
                .iter()
                .filter_map(|sub| sub.get("data")),
        );
        export.items(collection.elements(), &variables, None);
    } else {
        return Err(CaptureError::at(
            input,
            root.at,
            "expected an Insomnia export, found neither \"resources\" nor \"collection\"",
            SHAPE,
        ));
    }
    all_of(input, export.attempts, "the export")
}

/// The base environment with one of those in it. Which one was chosen, the export does not say: what they disagree about
/// has no value.
fn environment<'n>(
    base: Option<&Node>,
    subs: impl Iterator<Item = &'n Node>,
) -> Variables<'static> {
    let mut values = HashMap::new();
    flatten("", base, &mut |name, value| {
        values.insert(name, value);
    });
    let mut chosen: HashMap<String, Option<String>> = HashMap::new();
    for sub in subs {
        flatten("", Some(sub), &mut |name, value| {
            chosen
                .entry(name)
                .and_modify(|other| {
                    if other.as_ref() != Some(&value) {
                        *other = None;
                    }
                })
                .or_insert(Some(value));
        });
    }
    for (name, value) in chosen {
        match value {
            Some(value) => values.insert(name, value),
            None => values.remove(&name),
        };
    }
    Variables::new(values)
}

/// An object in an environment is reached as `name.inner`.
fn flatten(before: &str, node: Option<&Node>, add: &mut impl FnMut(String, String)) {
    for (name, node) in node.map_or(&[][..], Node::members) {
        // Every value inside carries this name.
        const LONGEST: usize = 200;
        if before.len() + name.len() > LONGEST {
            continue;
        }
        let name = format!("{before}{name}");
        match node.text() {
            Some(text) => add(name, text.to_owned()),
            None => flatten(&format!("{name}."), Some(node), add),
        }
    }
}

/// The list of version 4, in the order of their parents.
struct Resources<'n> {
    children: HashMap<&'n str, Vec<&'n Node>>,
    all: &'n [Node],
}

impl<'n> Resources<'n> {
    fn new(all: &'n [Node]) -> Self {
        let mut children: HashMap<_, Vec<_>> = HashMap::new();
        for resource in all {
            let parent = resource.text_of("parentId").unwrap_or_default();
            children.entry(parent).or_default().push(resource);
        }
        Self { children, all }
    }

    fn of_type(&self, name: &str) -> impl Iterator<Item = &'n Node> {
        let is_of_type = move |node: &&Node| node.text_of("_type") == Some(name);
        self.all.iter().filter(is_of_type)
    }

    /// Parents of folders and requests that are no folders themselves: the workspaces.
    fn roots(&self) -> Vec<&'n str> {
        let folders: std::collections::HashSet<_> = self
            .of_type("request_group")
            .filter_map(|folder| folder.text_of("_id"))
            .collect();
        let mut roots: Vec<_> = self.children.keys().copied().collect();
        roots.retain(|id| !folders.contains(id));
        // In the order of the file, whatever the order of the map.
        roots.sort_by_key(|id| {
            self.children
                .get(id)
                .and_then(|nodes| Some(nodes.first()?.at))
        });
        roots
    }

    fn environment(&self) -> Variables<'static> {
        let ids: std::collections::HashSet<_> = self
            .of_type("environment")
            .filter_map(|environment| environment.text_of("_id"))
            .collect();
        let is_base = |node: &&Node| !node.text_of("parentId").is_some_and(|id| ids.contains(id));
        let all = || self.of_type("environment");
        let base = all().find(is_base).and_then(|node| node.get("data"));
        environment(
            base,
            all()
                .filter(|node| !is_base(node))
                .filter_map(|node| node.get("data")),
        )
    }
}

struct Export<'a> {
    hints: &'a Hints,
    attempts: Vec<Attempt>,
    /// The names of the folders around.
    path: Vec<String>,
}

impl Export<'_> {
    /// Version 4: what names this parent.
    fn children(
        &mut self,
        resources: &Resources<'_>,
        parent: &str,
        variables: &Variables<'_>,
        auth: Option<&Node>,
    ) {
        for &node in resources.children.get(parent).into_iter().flatten() {
            match node.text_of("_type") {
                Some("request") => self.request(node, variables, auth),
                Some("request_group") => {
                    let id = node.text_of("_id").unwrap_or_default();
                    self.folder(node, variables, auth, |export, variables, auth| {
                        export.children(resources, id, variables, auth);
                    });
                }
                _ => {}
            }
        }
    }

    /// Version 5: a list of folders and requests.
    fn items(&mut self, items: &[Node], variables: &Variables<'_>, auth: Option<&Node>) {
        for node in items {
            if let Some(children) = node.get("children") {
                self.folder(node, variables, auth, |export, variables, auth| {
                    export.items(children.elements(), variables, auth);
                });
            } else if node.get("url").is_some() || node.get("method").is_some() {
                self.request(node, variables, auth);
            }
        }
    }

    fn folder<'n>(
        &mut self,
        node: &'n Node,
        variables: &Variables<'_>,
        auth: Option<&'n Node>,
        walk: impl FnOnce(&mut Self, &Variables<'_>, Option<&Node>),
    ) {
        const DEEPEST: usize = 64;
        if self.path.len() == DEEPEST {
            self.attempts.push(Attempt {
                place: self.place(node),
                is_signed: true,
                result: Err(Problem {
                    at: node.at,
                    message: format!("expected requests, found folders more than {DEEPEST} deep"),
                    help: "export the request that is refused alone",
                }),
            });
            return;
        }
        let mut values = Vec::new();
        flatten("", node.get("environment"), &mut |name, value| {
            values.push((name, value));
        });
        let variables = Variables::inside(variables, values);
        let auth = own_auth(node).or(auth);
        self.path
            .push(node.text_of("name").unwrap_or("?").to_owned());
        walk(self, &variables, auth);
        self.path.pop();
    }

    fn place(&self, node: &Node) -> String {
        let path = self.path.iter().map(String::as_str);
        place(&path.chain(node.text_of("name")).collect::<Vec<_>>())
    }

    fn request(&mut self, node: &Node, variables: &Variables<'_>, auth: Option<&Node>) {
        let oauth = own_auth(node)
            .or(auth)
            .filter(|auth| auth.text_of("type") == Some("oauth1") && !auth.is_on("disabled"));
        let attempt = Attempt {
            place: self.place(node),
            is_signed: oauth.is_some() || node.mentions("oauth_"),
            result: Request { node, variables }.captured(oauth, self.hints),
        };
        self.attempts.push(attempt);
    }
}

/// An empty object stands for what the folder has.
fn own_auth(node: &Node) -> Option<&Node> {
    node.get("authentication")
        .filter(|auth| auth.text_of("type").is_some())
}

struct Request<'n> {
    node: &'n Node,
    variables: &'n Variables<'n>,
}

impl Request<'_> {
    fn captured(&self, oauth: Option<&Node>, hints: &Hints) -> Result<Captured, Problem> {
        let node = self.node;
        let method = self.fill(node.text_of("method").unwrap_or("GET"), node.at)?;
        let url_at = node.get("url").map_or(node.at, |url| url.at);
        let url = self.url(node.text_of("url").unwrap_or_default(), url_at)?;
        let setting = node.text_of("settingEncodeUrl").or_else(|| {
            node.get("settings")
                .and_then(|settings| settings.text_of("encodeUrl"))
        });
        let encode = if setting == Some("false") {
            str::to_owned
        } else {
            encoded_url
        };
        let mut saved = Saved::new("Insomnia", &method, &url, url_at, encode)?;
        for header in enabled(node, "headers") {
            saved.push_filled_header(&header, self.variables)?;
        }
        if let Some(body) = node.get("body") {
            self.body(body, &mut saved)?;
        }
        let oauth = oauth.map(|auth| {
            if auth.is_on("includeBodyHash") && saved.kind() == BodyKind::Form {
                saved.note("Insomnia adds an oauth_body_hash to a form, of something else than the body; it is not computed here.");
            }
            OAuth::read(&NAMES, &fields(auth), Placement::Header, self.variables)
        });
        Ok(saved.into_captured(oauth.transpose()?, None, hints))
    }

    /// A template tag is replaced with what a plugin says.
    fn fill(&self, text: &str, at: usize) -> Result<String, Problem> {
        if text.contains("{%") {
            return Err(Problem {
                at,
                message: "expected text, found a template tag ({% … %}), whose value the export does not hold"
                    .to_owned(),
                help: "write the value that was sent in its place",
            });
        }
        self.variables.fill(text, at)
    }

    /// The URL with its path parameters, and with the list of query parameters after its own query.
    fn url(&self, url: &str, at: usize) -> Result<String, Problem> {
        let url = self.fill(url, at)?;
        let mut values = HashMap::new();
        for field in enabled(self.node, "pathParameters") {
            let value = self.fill(field.text, field.at)?;
            values.insert(field.name.to_owned(), value);
        }
        let (url, fragment) = match url.split_once('#') {
            Some((url, fragment)) => (url, Some(fragment)),
            None => (url.as_str(), None),
        };
        let path_end = url.find('?').unwrap_or(url.len());
        let (path, query) = url.split_at(path_end);
        let mut url = with_path_values(path, &values) + query;
        let parameters = self.form(enabled(self.node, "parameters"))?;
        if !parameters.is_empty() {
            url.push(if query.is_empty() { '?' } else { '&' });
            url.push_str(&parameters);
        }
        if let Some(fragment) = fragment {
            url.push('#');
            url.push_str(fragment);
        }
        Ok(url)
    }

    /// Names and values as Insomnia encodes them; pairs without a name are left out.
    fn form<'f>(&self, fields: impl Iterator<Item = Field<'f>>) -> Result<String, Problem> {
        let mut pairs = Vec::new();
        for field in fields.filter(|field| !field.name.is_empty()) {
            let name = self.fill(field.name, field.at)?;
            let value = self.fill(field.text, field.at)?;
            pairs.push(format!("{}={}", encoded(&name, b""), encoded(&value, b",")));
        }
        Ok(pairs.join("&"))
    }

    fn body(&self, body: &Node, saved: &mut Saved) -> Result<(), Problem> {
        let mime_type = body.text_of("mimeType").unwrap_or_default();
        if mime_type.starts_with("multipart/") {
            saved.set_multipart();
            return Ok(());
        }
        if !mime_type.is_empty() {
            let mime_type = if mime_type == "application/graphql" {
                "application/json"
            } else {
                mime_type
            };
            saved.push_default_header("Content-Type", mime_type);
        }
        if body
            .text_of("fileName")
            .is_some_and(|name| !name.is_empty())
        {
            saved.set_file(body.at)
        } else if mime_type == FORM && body.get("params").is_some() {
            saved.set_body(self.form(enabled(body, "params"))?);
            Ok(())
        } else if let Some(text) = body.get("text") {
            saved.set_filled_body(text.text().unwrap_or_default(), text.at, self.variables)
        } else {
            Ok(())
        }
    }
}

/// The pairs of a list that are not turned off.
fn enabled<'n>(node: &'n Node, list: &str) -> impl Iterator<Item = Field<'n>> + use<'n> {
    let elements = node.get(list).map_or(&[][..], Node::elements).iter();
    elements
        .filter(|pair| !pair.is_on("disabled"))
        .map(|pair| Field {
            name: pair.text_of("name").unwrap_or_default(),
            text: pair.text_of("value").unwrap_or_default(),
            at: pair.at,
        })
}

fn fields(auth: &Node) -> Vec<Field<'_>> {
    let members = auth.members().iter().filter_map(|(name, value)| {
        Some(Field {
            name,
            text: value.text()?,
            at: value.at,
        })
    });
    members.collect()
}

/// The setting "URL encoding", which is on unless somebody turned it off. What is encoded already in the path stays; the
/// query is decoded first, but for `+`, which becomes `%2B`.
fn encoded_url(url: &str) -> String {
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let origin = url.find("://").map_or(0, |at| at + 3);
    let path_at = url.get(origin..).and_then(|rest| rest.find(['/', '?']));
    let (origin, rest) = url.split_at(path_at.map_or(url.len(), |at| origin + at));
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let segments = path.split('/').map(|segment| encoded(segment, b":@$+,;="));
    let mut sent = format!("{origin}{}", segments.collect::<Vec<_>>().join("/"));
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        let once = |text: &str| {
            let decoded = String::from_utf8(percent_decode(text.as_bytes()).into_owned());
            encoded(decoded.as_deref().unwrap_or(text), b"")
        };
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with('='));
        let pairs = pairs.map(|pair| match pair.split_once('=') {
            Some((name, value)) => format!("{}={}", once(name), once(value)),
            None => once(pair),
        });
        sent.push('?');
        sent.push_str(&pairs.collect::<Vec<_>>().join("&"));
    }
    if !fragment.is_empty() {
        sent.push('#');
        sent.push_str(fragment);
    }
    sent
}

/// Percent-encoded but for `kept`, and for what looks encoded already.
fn encoded(text: &str, kept: &[u8]) -> String {
    let bytes = text.as_bytes();
    encode_component(bytes, |at, byte| {
        let is_escape = || {
            let digits = bytes.get(at + 1..at + 3);
            byte == b'%' && digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        kept.contains(&byte) || is_escape()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(yaml: &str) -> Vec<Captured> {
        read(yaml.as_bytes(), &Hints::default()).unwrap()
    }

    #[test]
    fn the_beginning_tells() {
        for (input, is_it) in [
            (r#"{"_type":"export","__export_format":4}"#, true),
            ("type: collection.insomnia.rest/5.0\n", true),
            ("_type: export\n__export_format: 4\n", true),
            (r#"{"_type": "export"}"#, false),
            ("type: a\n", false),
        ] {
            assert_eq!(looks_like(input.as_bytes()), is_it, "{input}");
        }
    }

    #[test]
    fn a_url_is_encoded_as_insomnia_does_it() {
        assert_eq!(
            encoded_url("http://h:1/a%2fb/[c]:@/\u{e9} d?e=a+b%20c&f&=g&%2541=1#top"),
            "http://h:1/a%2fb/%5Bc%5D:@/%C3%A9%20d?e=a%2Bb%20c&f&%41=1#top"
        );
        assert_eq!(encoded_url("http://h"), "http://h");
        assert_eq!(encoded("a,b 100%", b","), "a,b%20100%25");
    }

    #[test]
    fn what_environments_disagree_about_has_no_value() {
        let export = |name: &str| {
            format!(
                "type: collection.insomnia.rest/5.0\ncollection:\n  - url: 'http://h/{{{{ _.{name} }}}}'\n    method: GET\nenvironments:\n  data:\n    a: 1\n    b: 2\n    c: 3\n  subEnvironments:\n    - data: {{b: 4, c: 5}}\n    - data: {{b: 6, c: 5}}\n"
            )
        };
        let path = |name| {
            captured(&export(name))
                .remove(0)
                .request
                .unwrap()
                .request
                .path
        };
        assert_eq!((path("a"), path("c")), (b"/1".to_vec(), b"/5".to_vec()));
        let error = read(export("b").as_bytes(), &Hints::default()).unwrap_err();
        assert!(error.message.contains("{{b}} has no value"), "{error}");
        assert_eq!((error.line, error.column), (3, 10));
    }

    #[test]
    fn errors_say_where() {
        let yaml = |rest: &str| format!("type: collection.insomnia.rest/5.0\n{rest}");
        for (input, line, column, told) in [
            (yaml("name: a\n"), 1, 1, "neither"),
            (yaml("collection: []\n"), 1, 1, "found none"),
            (
                yaml("collection:\n  - url: ''\n"),
                3,
                10,
                "URL of the request",
            ),
            (
                yaml("collection:\n  - url: '{% uuid %}'\n"),
                3,
                10,
                "template tag",
            ),
            (yaml("collection: [\n"), 3, 1, "YAML"),
            ("{\"__export_format\": 4,\n}".to_owned(), 2, 1, "JSON"),
        ] {
            let error = read(input.as_bytes(), &Hints::default()).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{error}");
            assert!(error.to_string().contains(told), "{error}");
        }
    }

    #[test]
    fn folders_that_lie_too_deep_or_in_a_circle_come_to_an_end() {
        let folder = |id: usize, parent: usize| {
            format!(r#"{{"_type":"request_group","_id":"{id}","parentId":"{parent}","name":"f"}}"#)
        };
        let deep: Vec<_> = (1..70).map(|id| folder(id, id - 1)).collect();
        let round = [folder(1, 2), folder(2, 1)];
        for (resources, told) in [(deep.join(","), "64 deep"), (round.join(","), "found none")] {
            let export = format!(r#"{{"__export_format":4,"resources":[{resources}]}}"#);
            let error = read(export.as_bytes(), &Hints::default()).unwrap_err();
            assert!(error.message.contains(told), "{error}");
        }
    }
}
