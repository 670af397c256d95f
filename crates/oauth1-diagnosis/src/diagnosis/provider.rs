//! What does this provider say? Its own rules, beside those of RFC 5849.

use oauth1_core::parameters::{Parameters, Source};

use crate::{
    explain::Explanation,
    facts::show,
    mistakes::{self, Mistake},
    providers::{self, Departure, Needed, PlainHttp, Provider, Status},
    report::{EvidenceLevel, ProviderReport, RecognisedBy, Severity, Verdict},
    stages::{findings as page, provider as rule},
    structure::Findings,
};

use super::{Case, attribution::Shows};

impl Case<'_> {
    /// The provider's verdict, where the provider is known. `verdict` and `level` are those of the signature by RFC 5849, and
    /// `has_errors` says that the request is refused by it whatever the signature: whether this provider is more lenient,
    /// nobody knows.
    pub(super) fn provider(
        &self,
        verdict: Verdict,
        level: EvidenceLevel,
        has_errors: bool,
        explanations: &[Explanation],
    ) -> Option<ProviderReport> {
        let (provider, recognised_by) = self.recognise()?;
        let mut rules = Rules {
            provider,
            findings: Findings::default(),
        };
        rules.status();
        self.check(&mut rules);
        let of_signature = self.as_it_verifies(&mut rules, verdict, level, explanations);
        let breaks_rule = rules.findings.has_errors();
        Some(ProviderReport {
            id: provider.id,
            name: provider.name,
            recognised_by,
            verdict: match of_signature {
                _ if breaks_rule => Verdict::Invalid,
                Verdict::Valid if has_errors => Verdict::Undetermined,
                verdict => verdict,
            },
            findings: rules.findings.0,
        })
    }

    /// Server libraries that refuse the request although RFC 5849 allows it. Which of them an unknown provider uses, nobody knows.
    pub(super) fn library_findings(&self, findings: &mut Findings) {
        let libraries = providers::all()
            .iter()
            .filter(|provider| provider.status == Status::Library);
        let request = &self.requests[0].0;
        let parameters = &self.facts(0).parameters;
        for library in libraries {
            let mut refused = library.refuses.iter();
            if let Some(refusal) = refused.find(|refusal| refusal.applies(request, parameters)) {
                let says = format!(
                    "{} refuses it: the request {}",
                    library.name,
                    refusal.says()
                );
                findings.add(Severity::Note, &page::SERVER_REFUSES, says);
            }
        }
    }

    fn recognise(&self) -> Option<(&'static Provider, RecognisedBy)> {
        let named = self.evidence.provider.as_deref().and_then(providers::find);
        let request = &self.requests[0].0;
        let host = oauth1_core::base_string_uri::split_authority(&request.authority).0;
        let answered = self.evidence.response.as_ref();
        let answered = answered.and_then(|answer| providers::find(answer.provider.as_deref()?));
        named
            .map(|provider| (provider, RecognisedBy::Option))
            .or_else(|| {
                let provider = providers::of_address(host, &request.path)?;
                Some((provider, RecognisedBy::Host))
            })
            .or_else(|| Some((answered?, RecognisedBy::Response)))
    }

    /// Rules that have nothing to do with the base string.
    fn check(&self, rules: &mut Rules) {
        let request = &self.requests[0].0;
        let parameters = &self.facts(0).parameters;
        if parameters.get("oauth_consumer_key").is_none() {
            // What comes from a base string alone, or is not signed at all.
            return;
        }
        for refusal in &rules.provider.refuses {
            if refusal.applies(request, parameters) {
                rules.error(&rule::REFUSES, format!("the request {}", refusal.says()));
            }
        }
        rules.method(parameters);
        rules.place(parameters);
        rules.realm(parameters);
        rules.token(parameters);
        rules.nonce(parameters);
        rules.clock(parameters, self.evidence.now);
        if !self.evidence.scheme_assumed {
            rules.scheme(request.scheme.as_str() == "http");
        }
    }

    /// The signature, by the base string and key that the provider computes.
    fn as_it_verifies(
        &self,
        rules: &mut Rules,
        verdict: Verdict,
        level: EvidenceLevel,
        explanations: &[Explanation],
    ) -> Verdict {
        if !matches!(level, EvidenceLevel::Signature | EvidenceLevel::BaseString) {
            return Verdict::Undetermined;
        }
        let provider = rules.provider;
        let own: Vec<&Departure> = provider
            .departs
            .iter()
            .filter(|own| own.concerns(&self.requests[0].0))
            .collect();
        if !own.is_empty() && self.is_too_long() {
            // What would show on this request takes a search.
            return Verdict::Undetermined;
        }
        let is_own = |id: &str| own.iter().any(|own| own.mistake == id);
        // A right signature makes no mistakes.
        let made = match verdict {
            Verdict::Valid => Some(Vec::new()),
            _ => explanations
                .iter()
                .map(Explanation::ids)
                .find(|made| made.iter().all(|id| is_own(id))),
        };
        let Some(made) = made else {
            return Verdict::Invalid;
        };
        if !made.is_empty() {
            let same = format!("{} computes it in the same way", provider.name);
            rules.findings.add(Severity::Note, &rule::DIALECT, same);
        }
        let mut verdict = Verdict::Valid;
        let mut shows = Shows::new(self);
        for own in own {
            if made.contains(&own.mistake) || !shows.on_this_request(own.mistake) {
                continue;
            }
            let title = mistakes::find(own.mistake).map_or("", |mistake| mistake.title);
            let when = match own.when {
                "" => String::new(),
                when => format!(" ({when})"),
            };
            let does = format!(
                "{} verifies{when} as if the client had {title} [{}]",
                provider.name, own.mistake
            );
            if own.surely {
                rules.error(
                    &rule::DIALECT,
                    format!("{does}; this request was not signed like that"),
                );
                verdict = Verdict::Invalid;
            } else {
                let doubt = format!("{does}, and that may make a difference for this request");
                rules.findings.add(Severity::Warning, &rule::DIALECT, doubt);
                if verdict == Verdict::Valid {
                    verdict = Verdict::Undetermined;
                }
            }
        }
        verdict
    }
}

/// The rules of one provider, and what breaks them.
struct Rules {
    provider: &'static Provider,
    findings: Findings,
}

impl Rules {
    fn error(&mut self, rule: &'static Mistake, detail: impl Into<String>) {
        self.findings.add(Severity::Error, rule, detail);
    }

    /// Said first: no signature helps where nobody looks at it any more.
    fn status(&mut self) {
        let (severity, told) = match self.provider.status {
            // Older installations of what anybody can host may be kept.
            Status::Ended if self.provider.is_self_hosted() => (
                Severity::Warning,
                "newer releases take no OAuth 1.0a, so find out the server's release first",
            ),
            Status::Ended => (Severity::Error, "it takes no OAuth 1.0a any more"),
            Status::Closing => (Severity::Warning, "it is about to give OAuth 1.0a up"),
            Status::Live | Status::Legacy | Status::Library => return,
        };
        let told = match self.provider.status_note {
            "" => told.to_owned(),
            note => format!("{told}. {note}"),
        };
        self.findings.add(severity, &page::RETIRED_PROTOCOL, told);
    }

    fn method(&mut self, parameters: &Parameters<'_>) {
        let Some(accepted) = &self.provider.methods else {
            return;
        };
        let Some(sent) = parameters.get("oauth_signature_method") else {
            return;
        };
        if !accepted.iter().any(|method| method.as_bytes() == sent) {
            let (sent, taken) = (show(sent), accepted.join(", "));
            self.error(&rule::METHOD, format!("`{sent}` was sent; taken: {taken}"));
        }
    }

    fn place(&mut self, parameters: &Parameters<'_>) {
        let Some(accepted) = &self.provider.places else {
            return;
        };
        let Some(signature) = parameters
            .list
            .iter()
            .find(|one| &*one.name == b"oauth_signature")
        else {
            return;
        };
        let (sent, told) = match signature.source {
            Source::Header => ("header", "the Authorization header"),
            Source::Query => ("query", "the query"),
            Source::Body => ("body", "the form body"),
        };
        if !accepted.contains(&sent) {
            let read = accepted.join(", ");
            self.error(
                &rule::PLACE,
                format!("they were sent in {told}; the provider reads: {read}"),
            );
        }
    }

    fn realm(&mut self, parameters: &Parameters<'_>) {
        let Some(authorization) = &parameters.authorization else {
            return;
        };
        let sent = authorization.realm.as_deref();
        let note = self.provider.realm_note.unwrap_or_default();
        match (&self.provider.realm, sent) {
            (Some(realm), sent) if sent != Some(realm.as_bytes()) => {
                self.error(&rule::REALM, format!("it must be `{realm}`. {note}"));
            }
            (None, None) if self.provider.realm_required => self.error(&rule::REALM, note),
            _ => {}
        }
    }

    fn token(&mut self, parameters: &Parameters<'_>) {
        let has_token = parameters
            .get("oauth_token")
            .is_some_and(|token| !token.is_empty());
        // The first call of three has a callback and no token yet.
        let is_first_call = parameters.get("oauth_callback").is_some();
        match self.provider.token {
            Some(Needed::Required) if !has_token && !is_first_call => {
                self.error(&rule::TOKEN, "`oauth_token` is missing or empty");
            }
            Some(Needed::None) if has_token => self.findings.add(
                Severity::Warning,
                &rule::TOKEN,
                "`oauth_token` was sent, and this provider signs with the client credentials alone",
            ),
            _ => {}
        }
    }

    fn nonce(&mut self, parameters: &Parameters<'_>) {
        let Some(nonce) = parameters.get("oauth_nonce") else {
            return;
        };
        let length = nonce.len();
        let is_short = self
            .provider
            .nonce_least
            .is_some_and(|least| length < least);
        let is_long = self.provider.nonce_most.is_some_and(|most| length > most);
        if is_short || is_long {
            let bound = |bound: Option<usize>, word| bound.map(|bound| format!("{word} {bound}"));
            let bounds: Vec<String> = [
                bound(self.provider.nonce_least, "at least"),
                bound(self.provider.nonce_most, "at most"),
            ]
            .into_iter()
            .flatten()
            .collect();
            let bounds = bounds.join(" and ");
            self.error(
                &rule::NONCE,
                format!("it has {length} characters; {bounds} are taken"),
            );
        }
    }

    fn clock(&mut self, parameters: &Parameters<'_>, now: Option<u64>) {
        let sent = parameters.get("oauth_timestamp");
        let sent = sent.and_then(|text| core::str::from_utf8(text).ok()?.parse::<u64>().ok());
        let (Some(sent), Some(now)) = (sent, now) else {
            return;
        };
        let late = now.saturating_sub(sent);
        let early = sent.saturating_sub(now);
        let (off, word, most) = match (self.provider.seconds_past, self.provider.seconds_future) {
            (Some(most), _) if late > most => (late, "old", most),
            (_, Some(most)) if early > most => (early, "in the future", most),
            _ => return,
        };
        self.error(
            &rule::CLOCK,
            format!("it is {off} seconds {word}; {most} are allowed"),
        );
    }

    fn scheme(&mut self, is_plain: bool) {
        match self.provider.plain_http {
            Some(PlainHttp::Refused) if is_plain => {
                self.error(&rule::SCHEME, "the request went over http");
            }
            Some(PlainHttp::Only) if !is_plain => self.findings.add(
                Severity::Warning,
                &rule::SCHEME,
                "the request went over https, where this provider takes key and secret by HTTP Basic authentication",
            ),
            _ => {}
        }
    }
}
