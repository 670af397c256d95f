//! Which rules of its own can a provider have? What breaks one is no mistake by RFC 5849, and is refused there all the same.

use crate::mistakes::{Mistake, Stage};

/// The page of `provider-method`.
pub static METHOD: Mistake = Mistake {
    id: "provider-method",
    stage: Stage::Provider,
    cost: 10,
    title: "used a signature method that this provider does not take",
    what: "RFC 5849 section 3.4 leaves it to the provider which signature methods it takes. `oauth_signature_method` names one \
        that this provider's documentation does not list.",
    why: "The library's default is HMAC-SHA1 or PLAINTEXT, and the provider asks for another one, or has stopped taking \
        HMAC-SHA1.",
    who: "NetSuite and HERE (HMAC-SHA256), current Magento (no HMAC-SHA1), Mastercard (RSA-SHA256), all that refuse PLAINTEXT.",
    fix: "Choose one of the signature methods that the provider lists, and the secret or private key that belongs to it.",
};

/// The page of `provider-place`.
pub static PLACE: Mistake = Mistake {
    id: "provider-place",
    stage: Stage::Provider,
    cost: 11,
    title: "put the protocol parameters where this provider does not look",
    what: "RFC 5849 section 3.5 has three places for the `oauth_` parameters: the Authorization header, the form body and the \
        query. A provider need not read all of them.",
    why: "A signed URL is handy for a browser, and many providers read the header alone.",
    who: "X, NetSuite and Magento read the header; LTI tools read the form body.",
    fix: "Move them to the place that the provider reads. The base string does not change by that, unless `realm` is sent.",
};

/// The page of `provider-realm`.
pub static REALM: Mistake = Mistake {
    id: "provider-realm",
    stage: Stage::Provider,
    cost: 12,
    title: "left out the realm that this provider needs, or changed it",
    what: "`realm` in the Authorization header is optional in RFC 5849 section 3.5.1, and is never signed (section 3.4.1.3.1). \
        Some providers look the account up by it.",
    why: "Libraries have a separate option for it, which is easily missed; an account number in lower case is another one.",
    who: "NetSuite: the account ID, in capital letters and with `_` in place of `-`.",
    fix: "Set the library's `realm` option to the provider's value, and keep it out of the base string.",
};

/// The page of `provider-token`.
pub static TOKEN: Mistake = Mistake {
    id: "provider-token",
    stage: Stage::Provider,
    cost: 13,
    title: "sent a token or none, and this provider wants the other",
    what: "Some providers sign with the client's credentials alone and have no tokens; others answer no request without one.",
    why: "A first call of three was tried on a resource, or a library sends an empty or made-up token with every request.",
    who: "NetSuite, MediaWiki and BrickLink need tokens; Mastercard, WooCommerce and the Alteryx Gallery have none.",
    fix: "With tokens: obtain one, send it as `oauth_token`, and sign with its secret. Without: leave both out.",
};

/// The page of `provider-nonce`.
pub static NONCE: Mistake = Mistake {
    id: "provider-nonce",
    stage: Stage::Provider,
    cost: 15,
    title: "made a nonce of a length that this provider does not take",
    what: "RFC 5849 section 3.3 asks for a nonce that is unique, and says nothing about its length. Providers store it in a \
        column, or ask for enough of it to be hard to guess.",
    why: "A counter or a short random number is below the least, a long token is above the most.",
    who: "NetSuite takes 6 to 64 characters, TripIt 80 at most.",
    fix: "Use 20 to 30 letters and digits from a random source: no known provider refuses those.",
};

/// The page of `provider-clock`.
pub static CLOCK: Mistake = Mistake {
    id: "provider-clock",
    stage: Stage::Provider,
    cost: 16,
    title: "sent a timestamp outside the time that this provider allows",
    what: "RFC 5849 section 3.3 lets a provider refuse old timestamps, to keep its memory of nonces small. How old, and how \
        far ahead, is the provider's choice.",
    why: "The machine's clock is wrong, the time is local and not UTC, it counts milliseconds, or the request waited in a queue.",
    who: "5 minutes at NetSuite and MediaWiki, 10 with oauthlib, 15 at WooCommerce and WordPress, 90 in Canvas.",
    fix: "Set the clock, send seconds since 1970 in UTC, and sign a request just before it is sent.",
};

/// The page of `provider-scheme`.
pub static SCHEME: Mistake = Mistake {
    id: "provider-scheme",
    stage: Stage::Provider,
    cost: 17,
    title: "called over http or https, and this provider wants the other",
    what: "Most providers take no request over plain http. A few use OAuth 1.0a over http only, and another way of \
        authentication over https.",
    why: "Examples were written with http, or a proxy ended TLS.",
    who: "WooCommerce: OAuth 1.0a over http, HTTP Basic over https.",
    fix: "Call the scheme that the provider takes, and sign the URL with it.",
};

/// The page of `provider-dialect`.
pub static DIALECT: Mistake = Mistake {
    id: "provider-dialect",
    stage: Stage::Provider,
    cost: 18,
    title: "met a provider that verifies by rules of its own",
    what: "The provider computes base string or key in another way than RFC 5849 asks for. A signature that is right by the RFC \
        can be refused there, and one that is wrong can be taken.",
    why: "Its server has the mistake that `diagnose explain` describes under the id that is named beside this.",
    who: "WordPress and WooCommerce, Magento, Moodle, Mastercard, PayPal Permissions, servers built on python-oauth2.",
    fix: "Send requests on which it makes no difference where you can; otherwise sign as this provider verifies, for it alone.",
};

/// The page of `provider-refuses`.
pub static REFUSES: Mistake = Mistake {
    id: "provider-refuses",
    stage: Stage::Provider,
    cost: 19,
    title: "sent what RFC 5849 allows and this provider refuses",
    what: "The server library checks more than RFC 5849 asks for, or cannot read what it allows, and answers with an error \
        before it looks at the signature.",
    why: "Raw brackets, spaces or letters outside ASCII in the query, timestamps that have not ten digits, PLAINTEXT without a \
        nonce.",
    who: "oauthlib (Django, Flask) and Authlib.",
    fix: "Send it in the way that every server takes: all but unreserved characters percent-encoded, protocol parameters in one \
        place, timestamp and nonce always there.",
};

/// Every rule.
pub static MISTAKES: &[&Mistake] = &[
    &METHOD, &PLACE, &REALM, &TOKEN, &NONCE, &CLOCK, &SCHEME, &DIALECT, &REFUSES,
];
