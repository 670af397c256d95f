//! How the HMAC key is made from the two secrets.

use crate::mistakes::{Mistake, Stage};

/// The page of `key-ampersand-missing`.
pub static KEY_AMPERSAND_MISSING: Mistake = Mistake {
    id: "key-ampersand-missing",
    stage: Stage::Key,
    cost: 5,
    title: "left the & out of the key",
    what: "The key is the consumer secret alone. RFC 5849 section 3.4.2 joins the encoded secrets with \
        `&`, also when there is no token: `secret&`.",
    why: "Without a token the `&` looks superfluous. The base string is right and every signature is \
        wrong.",
    who: "Two-legged clients in every language, users of HMAC tools that ask for a secret key (Alteryx \
        macros, Postman scripts, online calculators). WooCommerce's legacy API v1 and v2 wants exactly \
        this.",
    fix: "Use `encode(consumer secret) + \"&\" + encode(token secret)`, with the `&` always.",
};

/// The page of `key-token-secret-missing`.
pub static KEY_TOKEN_SECRET_MISSING: Mistake = Mistake {
    id: "key-token-secret-missing",
    stage: Stage::Key,
    cost: 7,
    title: "left the token secret out of the key",
    what: "The request carries a token, and the key ends at `&`. RFC 5849 section 3.4.2 puts the token's \
        secret after it: `consumer&token`.",
    why: "The token secret was not passed on, or is stored under another name. The base string is right.",
    who: "Meteor, oauth-1.0a called with `{key}` and no `{secret}`, Yaak, angular-oauth1, the step after \
        the request token in hand-written code.",
    fix: "Pass the secret that came with the token: the temporary one for the access-token call, the \
        final one after that.",
};

/// The page of `key-token-secret-stale`.
pub static KEY_TOKEN_SECRET_STALE: Mistake = Mistake {
    id: "key-token-secret-stale",
    stage: Stage::Key,
    cost: 20,
    title: "used the secret of another token",
    what: "The key holds a token secret that does not belong to this request. RFC 5849 section 3.4.2 uses \
        the secret of the token in `oauth_token`, and none when there is no token.",
    why: "A stored user secret is used for a new handshake, or the temporary secret is used after the \
        access token has come.",
    who: "PHPoAuthLib, Yii2's authclient, tmhOAuth, sessions that keep an old token.",
    fix: "Store token and secret together, and clear both before a new handshake.",
};

/// The page of `key-swapped`.
pub static KEY_SWAPPED: Mistake = Mistake {
    id: "key-swapped",
    stage: Stage::Key,
    cost: 21,
    title: "put the token secret first",
    what: "The key is `token&consumer`. RFC 5849 section 3.4.2 puts the client shared secret first: \
        `consumer&token`.",
    why: "Two arguments of the same type were passed in the wrong order. The base string is right.",
    who: "Functions with four text arguments for key, secret, token and token secret; hand-written \
        configuration.",
    fix: "Put the consumer secret first and the token secret second.",
};

/// The page of `key-not-encoded`.
pub static KEY_NOT_ENCODED: Mistake = Mistake {
    id: "key-not-encoded",
    stage: Stage::Key,
    cost: 10,
    title: "put the secrets into the key without encoding them",
    what: "A secret with characters such as `+`, `/`, `=` or `&` was used as it is. RFC 5849 section \
        3.4.2 percent-encodes each secret first: `a/b` becomes `a%2Fb`.",
    why: "Most secrets are letters and digits, so it works for most users. Those with a Base64 secret \
        fail always.",
    who: "The Alteryx Python modules, ims-lti, woocommerce-py, oauth1-header, dghubble/oauth1 before \
        2023, the Python package twitter (consumer secret only), north (Lisp); E*TRADE users, whose \
        secrets hold such characters.",
    fix: "Percent-encode both secrets with the function of section 3.6 before joining them.",
};

/// The page of `key-double-encoded`.
pub static KEY_DOUBLE_ENCODED: Mistake = Mistake {
    id: "key-double-encoded",
    stage: Stage::Key,
    cost: 36,
    title: "encoded the secrets twice",
    what: "A secret went through the encoder twice: `a/b` became `a%252Fb`. RFC 5849 section 3.4.2 \
        encodes once: `a%2Fb`.",
    why: "The caller encodes, and the library does it again. Secrets of letters and digits work.",
    who: "Code that URL-encodes the secrets in its configuration.",
    fix: "Give the library the plain secrets.",
};

/// The page of `key-encoded-whole`.
pub static KEY_ENCODED_WHOLE: Mistake = Mistake {
    id: "key-encoded-whole",
    stage: Stage::Key,
    cost: 31,
    title: "encoded the & of the key too",
    what: "The key was joined and encoded as one text, so that it holds `%26`. RFC 5849 section 3.4.2 \
        encodes each secret and leaves the `&` raw.",
    why: "The encoder is called on the finished key. Every signature is wrong.",
    who: "Horde_Oauth and signet with PLAINTEXT, hand-written code.",
    fix: "Encode the two secrets, then join them with a plain `&`.",
};

/// The page of `key-encoding`.
pub static KEY_ENCODING: Mistake = Mistake {
    id: "key-encoding",
    stage: Stage::Key,
    cost: 37,
    title: "encoded the secrets by other rules",
    what: "The secrets were encoded like form data or with marks left raw: a space as `+`, `~` as `%7E`, \
        `!` as it is. RFC 5849 section 3.4.2 uses the encoding of section 3.6.",
    why: "The language's own encoder was used. Only secrets that hold such a character fail.",
    who: "JavaScript `encodeURIComponent`, Java `URLEncoder`, PHP `urlencode`, Python `quote_plus`.",
    fix: "Encode the secrets with the same function as the parameters.",
};

/// The page of `key-consumer-key`.
pub static KEY_CONSUMER_KEY: Mistake = Mistake {
    id: "key-consumer-key",
    stage: Stage::Key,
    cost: 22,
    title: "used the consumer key where the secret belongs",
    what: "The public consumer key stands in the HMAC key. RFC 5849 section 3.4.2 uses the client shared \
        secret there.",
    why: "The two values look alike and were swapped in the configuration. The base string is right.",
    who: "Copied settings, environment variables named alike, forms that ask for \"API key\" and \"API \
        secret\".",
    fix: "Put the consumer secret into the key. The consumer key only travels as `oauth_consumer_key`.",
};

/// The page of `key-token`.
pub static KEY_TOKEN: Mistake = Mistake {
    id: "key-token",
    stage: Stage::Key,
    cost: 23,
    title: "used the token where its secret belongs",
    what: "The public token stands in the HMAC key. RFC 5849 section 3.4.2 uses the token shared secret \
        there.",
    why: "Token and token secret look alike and were swapped. The base string is right.",
    who: "Copied settings, code that reads `oauth_token` twice from the token response.",
    fix: "Put the value of `oauth_token_secret` into the key. The token only travels as `oauth_token`.",
};

/// The page of `key-whitespace`.
pub static KEY_WHITESPACE: Mistake = Mistake {
    id: "key-whitespace",
    stage: Stage::Key,
    cost: 15,
    title: "used a secret with blanks, line ends or quotes around it",
    what: "A secret had a space, a line end, a byte order mark or quotes at its ends, and they went into \
        the key: `secret%0A&`. RFC 5849 section 3.4.2 uses the secret as the provider issued it.",
    why: "The secret was copied from a page or read from a file or variable. Nothing shows on the \
        screen.",
    who: "Copy and paste from web pages, Windows `set X=secret && …`, `echo` into a secret store, \
        PowerShell 5 `Out-File` (byte order mark), quotes in `.env` files read by docker.",
    fix: "Trim secrets when they are read, and print their length to check.",
};

/// The page of `key-decoded`.
pub static KEY_DECODED: Mistake = Mistake {
    id: "key-decoded",
    stage: Stage::Key,
    cost: 38,
    title: "decoded a secret before using it",
    what: "The secret was Base64-, hex- or percent-decoded, and the result was used as the key. RFC 5849 \
        section 3.4.2 uses the text of the secret.",
    why: "The secret looks like Base64, or came in a token response that was decoded twice (`+` became a \
        space, `%2B` a plus).",
    who: "Code modelled on APIs whose keys are Base64 (Azure Storage), form parsers called twice on a \
        token response.",
    fix: "Use the secret's text, and decode the token response exactly once.",
};

/// The page of `key-charset`.
pub static KEY_CHARSET: Mistake = Mistake {
    id: "key-charset",
    stage: Stage::Key,
    cost: 60,
    title: "used a secret in another character set",
    what: "A secret outside ASCII was encoded in Latin-1, or as UTF-8 twice. RFC 5849 section 3.4.2 \
        encodes it as section 3.6 says, from UTF-8: `é` becomes `%C3%A9`.",
    why: "The encoder works on another character set. Only secrets outside ASCII fail.",
    who: "Self-chosen secrets, such as those of LTI tools, in Latin-1 environments.",
    fix: "Convert the secret to UTF-8, then percent-encode it.",
};

/// The page of `key-null-text`.
pub static KEY_NULL_TEXT: Mistake = Mistake {
    id: "key-null-text",
    stage: Stage::Key,
    cost: 27,
    title: "wrote null or undefined into the key",
    what: "The missing token secret became a word: `secret&null` or `secret&undefined`. RFC 5849 section \
        3.4.2 leaves it empty: `secret&`.",
    why: "A missing value was turned into text when the key was joined.",
    who: "JavaScript template strings (`undefined`), Java and C# joins (`null`), Python f-strings \
        (`None`), PHP's `var_export`.",
    fix: "Use an empty text when there is no token secret.",
};

/// The page of `key-wrong`.
pub static KEY_WRONG: Mistake = Mistake {
    id: "key-wrong",
    stage: Stage::Key,
    cost: 45,
    title: "used a key that these secrets do not give",
    what: "The key that the client used cannot be made from the given secrets. RFC 5849 section 3.4.2 \
        joins the two encoded secrets with `&`.",
    why: "It is the secret of another application, user or environment, it was revoked, or a variable \
        holds something else.",
    who: "Staging and production secrets mixed up, Alteryx (user keys and admin keys are separate \
        pairs), revoked and re-issued credentials.",
    fix: "Copy consumer key, consumer secret, token and token secret once more from the provider, all \
        four from the same page.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &KEY_AMPERSAND_MISSING,
    &KEY_TOKEN_SECRET_MISSING,
    &KEY_TOKEN_SECRET_STALE,
    &KEY_SWAPPED,
    &KEY_NOT_ENCODED,
    &KEY_DOUBLE_ENCODED,
    &KEY_ENCODED_WHOLE,
    &KEY_ENCODING,
    &KEY_CONSUMER_KEY,
    &KEY_TOKEN,
    &KEY_WHITESPACE,
    &KEY_DECODED,
    &KEY_CHARSET,
    &KEY_NULL_TEXT,
    &KEY_WRONG,
];
