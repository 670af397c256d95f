//! The pages of the mistakes, from the registry.

use super::{
    Visible,
    page::{FAINT, GOOD, PLAIN, Page, STRONG},
};
use crate::failure::Failure;
use oauth1_diagnosis::mistakes::{Mistake, all, find};

/// The list of all, stage by stage.
pub(crate) fn list(width: usize) -> String {
    let mut page = Page::new(width);
    page.line(STRONG, "What a client can do that RFC 5849 does not:");
    let column = all().map(|mistake| mistake.id.len()).max().unwrap_or(0);
    let mut stage = None;
    for mistake in all() {
        if stage != Some(mistake.stage) {
            stage = Some(mistake.stage);
            page.gap();
            page.line(STRONG, heading(mistake));
        }
        page.item(
            (GOOD, &format!("  {:column$}  ", mistake.id)),
            (PLAIN, mistake.title),
        );
    }
    page.gap();
    page.line(FAINT, "diagnose explain ID shows one of them.");
    page.finish()
}

/// The page of one mistake.
pub(crate) fn page(id: &str, width: usize) -> Result<String, Failure> {
    let mistake = find(id).ok_or_else(|| unknown(id))?;
    let mut page = Page::new(width);
    page.item(
        (GOOD, &format!("{}  ", mistake.id)),
        (STRONG, mistake.title),
    );
    page.line(FAINT, heading(mistake));
    for (label, text) in [
        ("What happens", mistake.what),
        ("Why", mistake.why),
        ("Who does it", mistake.who),
        ("Fix", mistake.fix),
    ] {
        if text.is_empty() {
            continue;
        }
        page.gap();
        page.line(STRONG, label);
        for paragraph in text.split("\n\n") {
            page.paragraph(2, PLAIN, paragraph);
        }
    }
    Ok(page.finish())
}

/// What a stage is about.
fn heading(mistake: &Mistake) -> &'static str {
    match mistake.stage.as_str() {
        "method" => "The method",
        "uri" => "The base string URI",
        "parameters" => "Which parameters are signed",
        "encoding" => "The encoding of names and values",
        "order" => "The order of the parameters",
        "joining" => "How the base string is put together",
        "key" => "The signing key",
        "signature" => "The signature and its way to the server",
        _ => "Seen in the request, whatever the signature",
    }
}

fn unknown(id: &str) -> Failure {
    let ids: Vec<&str> = all().map(|mistake| mistake.id).collect();
    let near = similar::get_close_matches(id, &ids, 3, 0.5);
    let help = if near.is_empty() {
        "diagnose explain lists all of them.".to_owned()
    } else {
        format!(
            "is {} meant? diagnose explain lists all of them.",
            near.join(" or ")
        )
    };
    Failure::usage(format!("there is no mistake \"{}\"", Visible(id)), help)
}
