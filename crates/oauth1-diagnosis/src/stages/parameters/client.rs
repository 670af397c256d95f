//! Differences that only the client's own base string can name.

use super::{
    BODY_HASH_WRONG, BODY_WRONGLY_SIGNED, Builder, Items, OAUTH_ADDED, OAUTH_CHANGED,
    PARAMETER_ADDED, SIGNATURE_SIGNED, UNSENT_SIGNED, VALUES_CHANGED, group, new_item,
};
use crate::choice::{Choice, Found};
use crate::facts::{Facts, find, show};
use crate::mistakes::Mistake;
use crate::texts::Texts;
use oauth1_core::parameters::Source;

/// Differences that only the client's own base string can name: other values, other parameters.
pub(super) fn from_client(builder: &mut Builder, facts: &Facts<'_>, client: &[(Vec<u8>, Vec<u8>)]) {
    // What both sides have goes out in pairs; the two lists are sorted, so one pass is enough.
    let mut missing: Vec<(&[u8], &[u8])> = facts
        .sent()
        .map(|sent| (&*sent.name, &*sent.value))
        .collect();
    let mut extra: Vec<(&[u8], &[u8])> = client
        .iter()
        .map(|(name, value)| (name.as_slice(), value.as_slice()))
        .collect();
    missing.sort_unstable();
    extra.sort_unstable();
    let both = missing.clone();
    take_common(&mut missing, extra.clone());
    take_common(&mut extra, both);
    // Many differences are one mistake of encoding or reading, not as many slips.
    if extra.len() > 12 {
        return;
    }
    let body_holds = |name: &[u8]| {
        facts.request.form_body().is_none()
            && !name.is_empty()
            && find(&facts.request.body, name).is_some()
    };
    let mut all: Vec<Found> = Vec::new();
    let mut changes: Vec<Change> = Vec::new();
    for (name, value) in extra {
        let old = missing
            .iter()
            .position(|(other, _)| *other == name)
            .map(|at| missing.swap_remove(at).1);
        let protocol = name.starts_with(b"oauth_");
        let (mistake, detail): (&'static Mistake, String) = match old {
            Some(old) => (
                if name == b"oauth_body_hash" {
                    &BODY_HASH_WRONG
                } else if protocol {
                    &OAUTH_CHANGED
                } else {
                    &VALUES_CHANGED
                },
                format!(
                    "`{}` was signed as `{}`, `{}` was sent",
                    show(name),
                    show(value),
                    show(old)
                ),
            ),
            None => (
                if name == b"oauth_body_hash" {
                    &BODY_HASH_WRONG
                } else if name == b"oauth_signature" {
                    &SIGNATURE_SIGNED
                } else if protocol {
                    &OAUTH_ADDED
                } else if body_holds(name) {
                    &BODY_WRONGLY_SIGNED
                } else if facts.request.form_body().is_some() {
                    &UNSENT_SIGNED
                } else {
                    &PARAMETER_ADDED
                },
                format!("`{}={}` was signed and not sent", show(name), show(value)),
            ),
        };
        all.push(Found {
            mistake,
            detail: detail.clone(),
        });
        let change = Change {
            name: name.to_vec(),
            old: old.map(<[u8]>::to_vec),
            new: value.to_vec(),
        };
        let single = change.clone();
        builder.alone(
            Choice::new(mistake, detail).rarer(30),
            move |texts, items| Some(apply_change(texts, items, &single)),
        );
        changes.push(change);
    }
    if all.len() > 1 {
        // The same all at once. It explains nearly anything, so it counts for three.
        let mut choice = Choice::facets(all).weighing(3);
        choice.cost += 60;
        builder.add(group::CLIENT, choice, move |texts, items| {
            Some(changes.iter().fold(items.clone(), |items, change| {
                apply_change(texts, &items, change)
            }))
        });
    }
}

/// Takes out of one sorted list what is in the other one, as often as it is there.
fn take_common<'a>(list: &mut Vec<(&'a [u8], &'a [u8])>, other: Vec<(&'a [u8], &'a [u8])>) {
    let mut other = other.into_iter().peekable();
    list.retain(|pair| {
        while other.next_if(|next| next < pair).is_some() {}
        other.next_if(|next| next == pair).is_none()
    });
}

/// One parameter that was signed otherwise than sent.
#[derive(Clone)]
struct Change {
    name: Vec<u8>,
    /// `None`: it was not sent at all.
    old: Option<Vec<u8>>,
    new: Vec<u8>,
}

fn apply_change(texts: &mut Texts, items: &Items, change: &Change) -> Items {
    let mut items = items.clone();
    match &change.old {
        Some(old) => {
            if let Some(item) = items
                .iter_mut()
                .find(|item| texts.get(item.name) == change.name && texts.get(item.value) == old)
            {
                item.value = texts.intern(&change.new);
            }
        }
        None => items.push(new_item(texts, &change.name, &change.new, Source::Header)),
    }
    items
}
