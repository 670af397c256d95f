//! What does this provider say? Its own rules, beside those of RFC 5849.

use oauth1_core::parameters::{Parameters, Source, collect_parameters};

use crate::{
    explain::Explanation,
    facts::show,
    providers::{self, Needed, PlainHttp, Provider, Status},
    report::{EvidenceLevel, Finding, ProviderReport, RecognisedBy, Severity, Verdict},
    stages::findings as page,
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
            findings: Vec::new(),
        };
        rules.status();
        self.check(&mut rules);
        let of_signature = self.as_it_verifies(&mut rules, verdict, level, explanations);
        let breaks_rule = rules
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        Some(ProviderReport {
            id: &provider.id,
            name: &provider.name,
            recognised_by,
            verdict: match of_signature {
                _ if breaks_rule => Verdict::Invalid,
                Verdict::Valid if has_errors => Verdict::Undetermined,
                verdict => verdict,
            },
            findings: rules.findings,
        })
    }

    /// Server libraries that refuse the request although RFC 5849 allows it. Which of them an unknown provider uses, nobody knows.
    pub(super) fn library_findings(&self, findings: &mut Findings) {
        let libraries = providers::all()
            .iter()
            .filter(|provider| provider.status == Status::Library);
        for library in libraries {
            let mut refused = library.refuses.iter();
            if let Some(refusal) = refused.find(|refusal| refusal.applies(&self.requests[0].0)) {
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
        let parameters = collect_parameters(request);
        if parameters.get("oauth_consumer_key").is_none() {
            // What comes from a base string alone, or is not signed at all.
            return;
        }
        for refusal in &rules.provider.refuses {
            if refusal.applies(request) {
                let detail = format!("the request {}", refusal.says());
                rules.error(
                    "provider-refuses",
                    "refuses what RFC 5849 allows",
                    detail,
                    "Send it in the way that every server takes.",
                );
            }
        }
        rules.method(&parameters);
        rules.place(&parameters);
        rules.realm(&parameters);
        rules.token(&parameters);
        rules.presence(&parameters);
        rules.nonce(&parameters);
        rules.clock(&parameters, self.evidence.now);
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
        let provider = rules.provider;
        if !matches!(level, EvidenceLevel::Signature | EvidenceLevel::BaseString) {
            return Verdict::Undetermined;
        }
        let own = |id: &str| {
            provider
                .departs
                .iter()
                .any(|departure| departure.mistake == id)
        };
        if verdict == Verdict::Invalid {
            let does_the_same = explanations
                .iter()
                .any(|explanation| explanation.ids().iter().all(|id| own(id)));
            return if does_the_same {
                rules.add(
                    "provider-dialect",
                    Severity::Note,
                    "verifies by rules of its own",
                    format!(
                        "{} computes it in the same way: there, this signature is right",
                        provider.name
                    ),
                    "Keep it for this provider, and do not use the same client elsewhere.",
                );
                Verdict::Valid
            } else {
                Verdict::Invalid
            };
        }
        let mut shows = Shows::new(self);
        let mut verdict = verdict;
        for departure in &provider.departs {
            if !shows.on_this_request(&departure.mistake) {
                continue;
            }
            let title =
                crate::mistakes::find(&departure.mistake).map_or("", |mistake| mistake.title);
            let when = match departure.when.as_str() {
                "" => String::new(),
                when => format!(" ({when})"),
            };
            // What holds in some situations only is no verdict.
            verdict = Verdict::Undetermined;
            rules.add(
                "provider-dialect",
                Severity::Warning,
                "verifies by rules of its own",
                format!(
                    "{} does what a client should not{when}: it verifies as if the client had {title} [{}], and that may make a difference for this request",
                    provider.name, departure.mistake
                ),
                "Sign as this provider verifies, or send a request for which it makes no difference.",
            );
        }
        verdict
    }
}

/// The rules of one provider, and those that are broken.
struct Rules {
    provider: &'static Provider,
    findings: Vec<Finding>,
}

impl Rules {
    fn add(
        &mut self,
        id: &'static str,
        severity: Severity,
        title: &'static str,
        detail: String,
        fix: &'static str,
    ) {
        self.findings.push(Finding {
            id,
            severity,
            title,
            detail,
            fix,
        });
    }

    fn error(&mut self, id: &'static str, title: &'static str, detail: String, fix: &'static str) {
        self.add(id, Severity::Error, title, detail, fix);
    }

    /// Said first: no signature helps where nobody looks at it any more.
    fn status(&mut self) {
        let note = self.provider.status_note.clone();
        match self.provider.status {
            // Older installations of what anybody can host may be kept.
            Status::Ended if self.provider.is_self_hosted() => self.add(
                "retired-protocol",
                Severity::Warning,
                "takes no OAuth 1.0a in newer releases",
                note,
                "Find out the server's release first: no signature helps where OAuth 1.0a is gone.",
            ),
            Status::Ended => self.error(
                "retired-protocol",
                "takes no OAuth 1.0a any more",
                note,
                "Move to what the provider takes now; no OAuth 1.0a signature is accepted.",
            ),
            Status::Closing => self.add(
                "retired-protocol",
                Severity::Warning,
                "is about to give OAuth 1.0a up",
                note,
                "Plan the move to what replaces it.",
            ),
            Status::Live | Status::Legacy | Status::Library => {}
        }
    }

    fn method(&mut self, parameters: &Parameters<'_>) {
        let Some(accepted) = &self.provider.methods else {
            return;
        };
        let Some(sent) = parameters.get("oauth_signature_method") else {
            return;
        };
        if !accepted.iter().any(|method| method.as_bytes() == sent) {
            let detail = format!(
                "`{}` was sent; {} is taken",
                show(sent),
                accepted.join(", ")
            );
            self.error(
                "provider-method",
                "does not take this signature method",
                detail,
                "Choose a signature method that the provider takes.",
            );
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
        if !accepted.iter().any(|place| place == sent) {
            let detail = format!(
                "they were sent in {told}; the provider reads them in: {}",
                accepted.join(", ")
            );
            self.error(
                "provider-place",
                "does not read the protocol parameters there",
                detail,
                "Send the protocol parameters where the provider reads them.",
            );
        }
    }

    fn realm(&mut self, parameters: &Parameters<'_>) {
        let Some(authorization) = &parameters.authorization else {
            return;
        };
        let sent = authorization.realm.as_deref();
        let fix = "Put the provider's realm into the Authorization header, and leave it out of the base string.";
        let note = self.provider.realm_note.clone().unwrap_or_default();
        match (&self.provider.realm, sent) {
            (Some(realm), sent) if sent != Some(realm.as_bytes()) => {
                let detail = format!("it must be `{realm}`. {note}");
                self.error("provider-realm", "takes one realm only", detail, fix);
            }
            (None, None) if self.provider.realm_required => {
                self.error("provider-realm", "needs a realm", note, fix);
            }
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
            Some(Needed::Required) if !has_token && !is_first_call => self.error(
                "provider-token",
                "needs a token",
                "`oauth_token` is missing or empty".to_owned(),
                "Get a token first, send it as `oauth_token` and sign with its secret.",
            ),
            Some(Needed::None) if has_token => self.add(
                "provider-token",
                Severity::Warning,
                "has no tokens",
                "`oauth_token` was sent, and this provider signs with key and secret alone"
                    .to_owned(),
                "Leave `oauth_token` and its secret out.",
            ),
            _ => {}
        }
    }

    fn presence(&mut self, parameters: &Parameters<'_>) {
        for (name, rule) in [
            ("oauth_version", self.provider.version),
            ("oauth_body_hash", self.provider.body_hash),
        ] {
            let is_sent = parameters.get(name).is_some();
            if rule == Some(Needed::Required) && !is_sent {
                self.error(
                    "provider-parameter",
                    "needs a parameter that is optional elsewhere",
                    format!("`{name}` is missing"),
                    "Send and sign it.",
                );
            } else if rule == Some(Needed::Refused) && is_sent {
                self.error(
                    "provider-parameter",
                    "refuses a parameter that is taken elsewhere",
                    format!("`{name}` was sent"),
                    "Leave it out, of the request and of the base string.",
                );
            }
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
            self.error(
                "provider-nonce",
                "takes nonces of other lengths",
                format!(
                    "it has {length} characters; {} are taken",
                    bounds.join(" and ")
                ),
                "Make a nonce of a length that the provider takes.",
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
        let fix = "Set the clock, and send seconds since 1970 in UTC.";
        if let Some(most) = self.provider.seconds_past.filter(|most| late > *most) {
            let detail = format!("it is {late} seconds old; {most} are allowed");
            self.error("provider-clock", "refuses old timestamps", detail, fix);
        } else if let Some(most) = self.provider.seconds_future.filter(|most| early > *most) {
            let detail = format!("it is {early} seconds in the future; {most} are allowed");
            self.error(
                "provider-clock",
                "refuses timestamps in the future",
                detail,
                fix,
            );
        }
    }

    fn scheme(&mut self, is_plain: bool) {
        match self.provider.plain_http {
            Some(PlainHttp::Refused) if is_plain => self.error(
                "provider-scheme",
                "takes no requests over plain http",
                "the request went over http".to_owned(),
                "Call it over https, and sign the https address.",
            ),
            Some(PlainHttp::Only) if !is_plain => self.add(
                "provider-scheme",
                Severity::Warning,
                "uses OAuth 1.0a over plain http only",
                "the request went over https".to_owned(),
                "Over https, send key and secret by HTTP Basic authentication.",
            ),
            _ => {}
        }
    }
}
