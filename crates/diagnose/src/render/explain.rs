//! The pages of mistakes, clients, providers and languages, from the registry and the data files.

use super::{
    Visible,
    page::{FAINT, GOOD, PLAIN, Page, STRONG},
};
use crate::failure::Failure;
use oauth1_diagnosis::{
    calls::{self, LANGUAGES, Task},
    clients::{self, Client},
    mistakes::{self, Mistake, Stage},
    providers::{self, Needed, PlainHttp, Provider, Status},
};

/// The list of all mistakes, stage by stage.
pub(crate) fn list(width: usize) -> String {
    let mut page = Page::new(width);
    page.line(STRONG, "What a client can do that RFC 5849 does not:");
    let ids = mistakes::all().map(|mistake| mistake.id.len());
    let column = ids.max().unwrap_or(0);
    let mut stage = None;
    for mistake in mistakes::all() {
        if stage != Some(mistake.stage) {
            stage = Some(mistake.stage);
            page.gap();
            page.line(STRONG, heading(mistake));
        }
        entry(&mut page, column, mistake.id, mistake.title);
    }
    page.gap();
    page.line(
        FAINT,
        "diagnose explain ID shows one of them; explain clients, explain providers and explain languages list those; explain WORD searches.",
    );
    page.finish()
}

/// The page of that id, the list of that name, or all that holds that word.
pub(crate) fn page(id: &str, width: usize) -> Result<String, Failure> {
    let mut page = Page::new(width);
    let language = LANGUAGES.iter().find(|name| name.eq_ignore_ascii_case(id));
    if let Some(mistake) = mistakes::find(id) {
        mistake_page(&mut page, mistake);
    } else if let Some(client) = clients::find(id) {
        client_page(&mut page, client);
    } else if let Some(provider) = providers::find(id) {
        provider_page(&mut page, provider);
    } else if let Some(language) = language {
        language_page(&mut page, language);
    } else {
        match id {
            "clients" => clients_list(&mut page),
            "providers" => providers_list(&mut page),
            "languages" => languages_list(&mut page),
            word => search(&mut page, word)?,
        }
    }
    Ok(page.finish())
}

fn entry(page: &mut Page, column: usize, id: &str, title: &str) {
    page.item((GOOD, &format!("  {id:column$}  ")), (PLAIN, title));
}

fn section(page: &mut Page, label: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    page.gap();
    page.line(STRONG, label);
    for paragraph in text.split("\n\n") {
        page.paragraph(2, PLAIN, paragraph);
    }
}

fn points(page: &mut Page, label: &str, texts: &[impl AsRef<str>]) {
    if texts.is_empty() {
        return;
    }
    page.gap();
    page.line(STRONG, label);
    for text in texts {
        page.item((PLAIN, "  - "), (PLAIN, text.as_ref()));
    }
}

fn mistake_page(page: &mut Page, mistake: &Mistake) {
    page.item(
        (GOOD, &format!("{}  ", mistake.id)),
        (STRONG, mistake.title),
    );
    page.line(FAINT, heading(mistake));
    section(page, "What happens", mistake.what);
    section(page, "Why", mistake.why);
    section(page, "Who does it", mistake.who);
    let makers = clients::all().iter().filter(|client| {
        let mut departs = client.departs.iter();
        departs.any(|departure| departure.mistake == mistake.id)
    });
    let makers: Vec<&str> = makers.map(|client| client.id).collect();
    section(
        page,
        "Known clients (diagnose explain ID)",
        &makers.join(", "),
    );
    section(page, "Fix", mistake.fix);
    if let Some(task) = calls::that_mends(mistake.id) {
        page.gap();
        page.line(STRONG, "The right call");
        page.paragraph(2, PLAIN, task.rule);
        for call in &task.calls {
            call_of(page, call.language, task);
        }
    }
}

/// What is right and what is wrong in one language.
fn call_of(page: &mut Page, language: &str, task: &Task) {
    let Some(call) = task.calls.iter().find(|call| call.language == language) else {
        return;
    };
    page.gap();
    page.line(STRONG, &format!("  {language}"));
    for line in call.right.trim_matches('\n').lines() {
        page.line(GOOD, &format!("    {line}"));
    }
    if !call.wrong.is_empty() {
        page.item((PLAIN, "    Not: "), (PLAIN, &call.wrong.join(", ")));
    }
    if !call.why.is_empty() {
        page.item((FAINT, "    "), (FAINT, call.why));
    }
}

fn client_page(page: &mut Page, client: &Client) {
    page.item((GOOD, &format!("{}  ", client.id)), (STRONG, client.name));
    let versions = if client.versions.is_empty() {
        String::new()
    } else {
        format!(", seen in {}", client.versions)
    };
    page.line(FAINT, &format!("{}{versions}", client.language));
    section(page, "What it is like", client.note);
    page.gap();
    page.line(STRONG, "Where it departs from RFC 5849");
    for departure in &client.departs {
        let when = format!("when {}", departure.when);
        page.item(
            (GOOD, &format!("  {}: ", departure.mistake)),
            (PLAIN, &when),
        );
    }
    section(page, "What helps", client.advice);
}

fn provider_page(page: &mut Page, provider: &Provider) {
    page.item(
        (GOOD, &format!("{}  ", provider.id)),
        (STRONG, provider.name),
    );
    page.line(FAINT, status(provider.status));
    section(page, "Status", provider.status_note);
    let rules: Vec<String> = [
        provider
            .methods
            .as_ref()
            .map(|methods| format!("signature methods: {}", methods.join(", "))),
        provider
            .places
            .as_ref()
            .map(|places| format!("protocol parameters in: {}", places.join(", "))),
        provider
            .realm
            .as_ref()
            .map(|realm| format!("realm: {realm}")),
        provider
            .realm_required
            .then(|| "a realm is needed".to_owned()),
        provider.realm_note.map(str::to_owned),
        provider
            .seconds_past
            .map(|seconds| format!("a timestamp may be {seconds} s old")),
        provider
            .seconds_future
            .map(|seconds| format!("a timestamp may be {seconds} s in the future")),
        provider.token.map(|rule| match rule {
            Needed::Required => "oauth_token is needed".to_owned(),
            Needed::None => "there is no oauth_token".to_owned(),
        }),
        provider
            .nonce_least
            .map(|least| format!("a nonce has at least {least} characters")),
        provider
            .nonce_most
            .map(|most| format!("a nonce has at most {most} characters")),
        provider.plain_http.map(|rule| match rule {
            PlainHttp::Refused => "plain http is refused".to_owned(),
            PlainHttp::Only => "OAuth 1.0a is used over plain http only".to_owned(),
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    points(page, "Rules", &rules);
    let refused = provider
        .refuses
        .iter()
        .map(|refusal| format!("a request that {}", refusal.says()));
    points(
        page,
        "Refuses, although RFC 5849 allows it",
        &refused.collect::<Vec<_>>(),
    );
    let departs = provider.departs.iter().map(|departure| {
        let when = match departure.when {
            "" => String::new(),
            when => format!(", {when}"),
        };
        format!("{}{when} ({})", departure.mistake, departure.source)
    });
    points(
        page,
        "It verifies as a client that makes these mistakes",
        &departs.collect::<Vec<_>>(),
    );
    points(page, "Worth knowing", &provider.notes);
    points(page, "Why signatures were refused there", &provider.causes);
    section(page, "Not documented", &provider.undocumented.join(", "));
    section(
        page,
        "General knowledge, in no source that was seen",
        &provider.unverified.join(", "),
    );
    points(page, "Sources", &provider.sources);
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Live => "takes OAuth 1.0a",
        Status::Closing => "is about to give OAuth 1.0a up",
        Status::Legacy => "an old interface that is still installed",
        Status::Ended => "takes no OAuth 1.0a any more",
        Status::Library => "a library that servers are built on",
    }
}

fn language_page(page: &mut Page, language: &str) {
    page.line(
        STRONG,
        &format!("OAuth 1.0a signatures in {language}, step by step"),
    );
    for task in calls::all() {
        page.gap();
        page.line(STRONG, task.title);
        page.paragraph(2, PLAIN, task.rule);
        call_of(page, language, task);
    }
}

fn clients_list(page: &mut Page) {
    page.line(STRONG, "Clients whose mistakes are known:");
    let ids = clients::all().iter().map(|client| client.id.len());
    let column = ids.max().unwrap_or(0);
    page.gap();
    for client in clients::all() {
        let told = format!("{} ({})", client.name, client.language);
        entry(page, column, client.id, &told);
    }
}

fn providers_list(page: &mut Page) {
    page.line(STRONG, "Providers whose rules are known (--provider NAME):");
    let ids = providers::all().iter().map(|provider| provider.id.len());
    let column = ids.max().unwrap_or(0);
    page.gap();
    for provider in providers::all() {
        let also = match provider.aliases.as_slice() {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        let told = format!("{}; {}{also}", provider.name, status(provider.status));
        entry(page, column, provider.id, &told);
    }
}

fn languages_list(page: &mut Page) {
    page.line(
        STRONG,
        "Languages with the right call for each step of a signature:",
    );
    page.gap();
    for language in LANGUAGES {
        page.line(PLAIN, &format!("  {language}"));
    }
}

/// Everything that a word stands in.
fn search(page: &mut Page, word: &str) -> Result<(), Failure> {
    let wanted = word.to_lowercase();
    let has = |texts: &[&str]| {
        texts
            .iter()
            .any(|text| text.to_lowercase().contains(&wanted))
    };
    let mut found: Vec<(&str, &str)> = Vec::new();
    for mistake in mistakes::all() {
        let Mistake {
            id,
            title,
            what,
            why,
            who,
            fix,
            ..
        } = mistake;
        let calls = calls::that_mends(id)
            .into_iter()
            .flat_map(|task| &task.calls);
        let in_calls = calls
            .flat_map(|call| &call.wrong)
            .any(|wrong| has(&[wrong]));
        if has(&[id, title, what, why, who, fix]) || in_calls {
            found.push((id, title));
        }
    }
    for client in clients::all() {
        if has(&[
            client.id,
            client.name,
            client.language,
            client.note,
            client.advice,
        ]) {
            found.push((client.id, client.name));
        }
    }
    for provider in providers::all() {
        let told = provider.notes.iter().chain(&provider.causes);
        let is_told = told.into_iter().any(|text| has(&[text]));
        if has(&[provider.id, provider.name, provider.status_note]) || is_told {
            found.push((provider.id, provider.name));
        }
    }
    if found.is_empty() || wanted.is_empty() {
        return Err(unknown(word));
    }
    page.line(STRONG, &format!("Pages with \"{}\":", Visible(word)));
    page.gap();
    let column = found.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    for (id, title) in found {
        entry(page, column, id, title);
    }
    Ok(())
}

/// What a stage is about.
fn heading(mistake: &Mistake) -> &'static str {
    match mistake.stage {
        Stage::Method => "The method",
        Stage::Uri => "The base string URI",
        Stage::Parameters => "Which parameters are signed",
        Stage::Encoding => "The encoding of names and values",
        Stage::Order => "The order of the parameters",
        Stage::Joining => "How the base string is put together",
        Stage::Key => "The signing key",
        Stage::Signature => "The signature and its way to the server",
        Stage::Finding => "Seen in the request, whatever the signature",
        Stage::Provider => "The rules of one provider, whatever RFC 5849 says",
    }
}

fn unknown(id: &str) -> Failure {
    let ids: Vec<&str> = mistakes::all()
        .map(|mistake| mistake.id)
        .chain(clients::all().iter().map(|client| client.id))
        .chain(providers::all().iter().map(|provider| provider.id))
        .chain(["clients", "providers", "languages"])
        .chain(LANGUAGES)
        .collect();
    let near = similar::get_close_matches(id, &ids, 3, 0.5);
    let help = if near.is_empty() {
        "diagnose explain lists all mistakes.".to_owned()
    } else {
        format!(
            "is {} meant? diagnose explain lists all mistakes.",
            near.join(" or ")
        )
    };
    Failure::usage(format!("there is no page \"{}\"", Visible(id)), help)
}
