//! The reference under `docs/reference/`, as Markdown: what `diagnose explain` shows, for reading elsewhere.
use oauth1_diagnosis::{
    calls::{self, LANGUAGES},
    clients,
    mistakes::{self, Mistake},
    providers::{self, Provider},
};
use std::fmt::Write as _;

/// Name and text of every file.
pub fn files() -> [(&'static str, String); 4] {
    [
        ("mistakes.md", all_mistakes()),
        ("clients.md", all_clients()),
        ("providers.md", all_providers()),
        ("languages.md", all_languages()),
    ]
}

/// A file with a heading, and where it comes from.
fn begin(title: &str) -> String {
    format!(
        "# {title}\n\nMade from the data of the program; `UPDATE_REFERENCE=1 cargo test -p diagnose-tests --test reference` makes it anew.\n"
    )
}

fn add(text: &mut String, lines: &str) {
    text.push('\n');
    text.push_str(lines);
    text.push('\n');
}

/// Text that Markdown would read as markup stays text: outside `code`, the characters that begin some are escaped.
fn plain(text: &str) -> String {
    let mut escaped = String::new();
    let mut in_code = false;
    for c in text.chars() {
        in_code ^= c == '`';
        if !in_code
            && matches!(
                c,
                '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#' | '~' | '\\'
            )
        {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn list<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    let lines: Vec<_> = texts
        .into_iter()
        .map(|text| format!("- {}", plain(text)))
        .collect();
    lines.join("\n")
}

fn all_mistakes() -> String {
    let mut text = begin("Mistakes");
    let mut stage = None;
    for mistake in mistakes::all() {
        if stage != Some(mistake.stage) {
            stage = Some(mistake.stage);
            add(&mut text, &format!("## {}", mistake.stage.as_str()));
        }
        let Mistake {
            id,
            title,
            what,
            why,
            who,
            fix,
            ..
        } = mistake;
        add(&mut text, &format!("### {id}"));
        add(&mut text, &format!("The client {}.", plain(title)));
        for part in [what, why, who] {
            if !part.is_empty() {
                add(&mut text, &plain(part));
            }
        }
        add(&mut text, &format!("**Fix:** {}", plain(fix)));
        if let Some(task) = calls::that_mends(id) {
            let link = format!(
                "The right calls: [{}](languages.md#{}).",
                task.title, task.id
            );
            add(&mut text, &link);
        }
    }
    text
}

fn all_clients() -> String {
    let mut text = begin("Known clients");
    for client in clients::all() {
        add(&mut text, &format!("## {}", client.id));
        let mut about = format!("{} ({}", plain(client.name), client.language);
        if !client.versions.is_empty() {
            let _ = write!(about, ", seen in {}", plain(client.versions));
        }
        add(&mut text, &format!("{about}). {}", plain(client.note)));
        let departs = client.departs.iter().map(|departure| {
            format!(
                "- [{0}](mistakes.md#{0}) when {1}",
                departure.mistake,
                plain(departure.when)
            )
        });
        add(&mut text, &departs.collect::<Vec<_>>().join("\n"));
        add(
            &mut text,
            &format!("**What helps:** {}", plain(client.advice)),
        );
    }
    text
}

fn all_providers() -> String {
    let mut text = begin("Known providers");
    for provider in providers::all() {
        add(&mut text, &format!("## {}", provider.id));
        add(&mut text, &one_provider(provider));
    }
    text
}

fn one_provider(provider: &Provider) -> String {
    let mut parts = vec![
        format!(
            "{} ({:?}). {}",
            plain(provider.name),
            provider.status,
            plain(provider.status_note)
        )
        .trim_end()
        .to_owned(),
    ];
    let mut rules = Vec::new();
    if let Some(methods) = &provider.methods {
        rules.push(format!("Signature methods: {}", methods.join(", ")));
    }
    if let Some(places) = &provider.places {
        rules.push(format!("Protocol parameters in: {}", places.join(", ")));
    }
    for (seconds, side) in [
        (provider.seconds_past, "past"),
        (provider.seconds_future, "future"),
    ] {
        if let Some(seconds) = seconds {
            rules.push(format!("Clock: {seconds} seconds into the {side}"));
        }
    }
    rules.extend(provider.realm_note.map(str::to_owned));
    let refused = provider.refuses.iter().map(|refusal| refusal.says());
    rules.extend(refused.map(|what| format!("Refuses a request that {what}")));
    for departure in &provider.departs {
        let when = if departure.when.is_empty() {
            String::new()
        } else {
            format!(", {}", departure.when)
        };
        rules.push(format!("Verifies with `{}`{when}", departure.mistake));
    }
    let causes = provider
        .causes
        .iter()
        .map(|cause| format!("Seen cause: {cause}"));
    rules.extend(
        provider
            .notes
            .iter()
            .map(|note| (*note).to_owned())
            .chain(causes),
    );
    if !provider.undocumented.is_empty() {
        rules.push(format!(
            "Not documented: {}",
            provider.undocumented.join(", ")
        ));
    }
    parts.push(list(&rules));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn all_languages() -> String {
    let mut text = begin("The right calls, step by step");
    for task in calls::all() {
        add(
            &mut text,
            &format!("## <a id=\"{}\"></a>{}", task.id, plain(task.title)),
        );
        add(&mut text, &plain(task.rule));
        for (call, language) in task.calls.iter().zip(LANGUAGES) {
            add(&mut text, &format!("### {language}"));
            let code = call.right.trim_matches('\n');
            add(&mut text, &format!("```\n{code}\n```"));
            if !call.wrong.is_empty() {
                add(
                    &mut text,
                    &format!("Not: {}", plain(&call.wrong.join(", "))),
                );
            }
            if !call.why.is_empty() {
                add(&mut text, &plain(call.why));
            }
        }
    }
    text
}
