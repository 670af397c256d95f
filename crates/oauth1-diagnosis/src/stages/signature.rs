//! The digest of the base string, its text, and what happens to it on the way.

use crate::mistakes::{Mistake, Stage};

/// The page of `algorithm-mismatch`.
pub static ALGORITHM_MISMATCH: Mistake = Mistake {
    id: "algorithm-mismatch",
    stage: Stage::Signature,
    cost: 8,
    title: "signed with another algorithm than it declares",
    what: "`oauth_signature_method` names one method and the signature was made with another. RFC 5849 \
        section 3.4 signs with the method that is declared.",
    why: "The name and the hash are set in two places. The length shows it: SHA-1 gives 28 characters of \
        Base64, SHA-256 gives 44, SHA-512 gives 88.",
    who: "oauth-signature (npm; always SHA-1), settings changed from SHA-1 to SHA-256 in one place only \
        (NetSuite and Magento migrations), Caterpillar's HTTP task.",
    fix: "Choose the hash from `oauth_signature_method`, in one place.",
};

/// The page of `arguments-swapped`.
pub static ARGUMENTS_SWAPPED: Mistake = Mistake {
    id: "arguments-swapped",
    stage: Stage::Signature,
    cost: 29,
    title: "swapped key and text of the HMAC",
    what: "The base string was used as the key and the key as the text. RFC 5849 section 3.4.2 computes \
        `HMAC(key, base string)`.",
    why: "HMAC functions differ in the order of their arguments, and both are text.",
    who: "JavaScript libraries that take `(text, key)` (CryptoJS) beside those that take `(key, text)`, \
        PHP `hash_hmac(algo, data, key)` beside Python `hmac.new(key, data)`.",
    fix: "Look the order up, and pass the signing key as the key.",
};

/// The page of `hash-not-hmac`.
pub static HASH_NOT_HMAC: Mistake = Mistake {
    id: "hash-not-hmac",
    stage: Stage::Signature,
    cost: 30,
    title: "hashed without HMAC",
    what: "The signature is a plain digest of the base string, with or without the key beside it. RFC \
        5849 section 3.4.2 asks for HMAC.",
    why: "The language or tool has no HMAC function, or a hash function was taken for one. The length is \
        right, the value is not.",
    who: "Power Query (M has no HMAC), VBA samples.",
    fix: "Use an HMAC function. HMAC is two nested hashes with a padded key, not a hash of key and text.",
};

/// The page of `digest-hex`.
pub static DIGEST_HEX: Mistake = Mistake {
    id: "digest-hex",
    stage: Stage::Signature,
    cost: 13,
    title: "sent the digest in hex",
    what: "The signature is 40 or 64 hex digits. RFC 5849 section 3.4.2 asks for the Base64 of the raw \
        digest: 28 characters, ending in `=`.",
    why: "Many HMAC functions print hex unless told otherwise.",
    who: "PHP `hash_hmac` without its fourth argument, Node `digest('hex')`, Python `hexdigest()`, \
        online calculators.",
    fix: "Take the raw bytes of the digest and Base64 them.",
};

/// The page of `digest-base64-of-hex`.
pub static DIGEST_BASE64_OF_HEX: Mistake = Mistake {
    id: "digest-base64-of-hex",
    stage: Stage::Signature,
    cost: 16,
    title: "sent the Base64 of the hex digest",
    what: "The hex text of the digest was Base64-encoded: 56 characters for SHA-1. RFC 5849 section 3.4.2 \
        encodes the raw bytes: 28 characters.",
    why: "A hex digest was handed to the Base64 function. The signature decodes to hex digits.",
    who: "PHP `base64_encode(hash_hmac('sha1', $text, $key))`, Node `Buffer.from(hex)` without `'hex'`, \
        shell pipes through `openssl dgst` without `-binary`.",
    fix: "Ask for raw output: PHP `hash_hmac(…, true)`, Node `digest('base64')`, openssl `-binary`.",
};

/// The page of `base64-url-safe`.
pub static BASE64_URL_SAFE: Mistake = Mistake {
    id: "base64-url-safe",
    stage: Stage::Signature,
    cost: 24,
    title: "used the URL-safe Base64 alphabet",
    what: "The signature has `-` and `_` where `+` and `/` belong. RFC 5849 section 3.4.2 uses ordinary \
        Base64 (RFC 2045).",
    why: "The URL-safe variant seems right for a URL. Two signatures in five have neither character and \
        work.",
    who: "Python `urlsafe_b64encode`, Java `Base64.getUrlEncoder`, JWT helpers.",
    fix: "Use the ordinary alphabet, and percent-encode the signature when it is sent.",
};

/// The page of `base64-unpadded`.
pub static BASE64_UNPADDED: Mistake = Mistake {
    id: "base64-unpadded",
    stage: Stage::Signature,
    cost: 19,
    title: "left the = at the end of the signature out",
    what: "The signature lacks its padding: 27 characters in place of 28. RFC 5849 section 3.4.2 uses \
        Base64 with padding.",
    why: "The Base64 function does not pad, or a parser cut the text at `=`.",
    who: "Perl `hmac_sha1_base64`, Siebel, mrjones/oauth's header parser before its fix, raw-Base64 \
        variants (Go `RawStdEncoding`).",
    fix: "Add `=` until the length is a multiple of four, and percent-encode it as `%3D`.",
};

/// The page of `base64-line-breaks`.
pub static BASE64_LINE_BREAKS: Mistake = Mistake {
    id: "base64-line-breaks",
    stage: Stage::Signature,
    cost: 18,
    title: "left line ends in the signature",
    what: "The signature has a line feed at its end or inside. RFC 5849 section 3.4.2 sends the Base64 \
        text alone.",
    why: "The Base64 function writes lines, as for e-mail. `%0A` in `oauth_signature` shows it.",
    who: "Python 2 `encode('base64')`, Ruby `Base64.encode64`, Perl `encode_base64`, Android \
        `Base64.DEFAULT`, signpost before its fix.",
    fix: "Use the variant without line ends: Ruby `strict_encode64`, Perl `encode_base64($x, '')`, \
        Android `NO_WRAP`.",
};

/// The page of `signature-not-encoded`.
pub static SIGNATURE_NOT_ENCODED: Mistake = Mistake {
    id: "signature-not-encoded",
    stage: Stage::Signature,
    cost: 9,
    title: "sent the signature without percent-encoding it",
    what: "`+`, `/` or `=` of the signature travelled raw, and a `+` arrived as a space. RFC 5849 \
        sections 3.5.1 to 3.5.3 encode it like every value: `%2B`, `%2F`, `%3D`.",
    why: "The signature was appended to the URL or header as it is. One SHA-1 signature in three holds a \
        `+`, so it fails now and then.",
    who: "String concatenation in every language, Mastercard's Python signer 1.2 and 1.3, DropNet, \
        oauthsimple for PHP, servers that read the header with a form decoder.",
    fix: "Percent-encode the signature once when it is put into the header, the query or the body.",
};

/// The page of `signature-double-encoded`.
pub static SIGNATURE_DOUBLE_ENCODED: Mistake = Mistake {
    id: "signature-double-encoded",
    stage: Stage::Signature,
    cost: 12,
    title: "percent-encoded the signature twice",
    what: "The signature travelled as `%252B` or `%253D`. RFC 5849 sections 3.5.1 to 3.5.3 encode it \
        once: `%2B`, `%3D`.",
    why: "The signing code encodes it and the HTTP library does it again. `%25` in `oauth_signature` \
        shows it.",
    who: "Postman with its option to encode the signature, callers of scribe, requests with a finished \
        signature in `params=`.",
    fix: "Hand the plain Base64 text to whatever writes the header or the URL.",
};

/// The page of `signature-truncated`.
pub static SIGNATURE_TRUNCATED: Mistake = Mistake {
    id: "signature-truncated",
    stage: Stage::Signature,
    cost: 43,
    title: "sent only a part of the signature",
    what: "The end of the signature is missing. RFC 5849 section 3.4.2 sends the whole digest.",
    why: "A field, variable or log line was too short, or the text was cut at `=`, `/` or a space.",
    who: "Database columns and form fields of fixed length, parsers that split at every `=`, copies from \
        a wrapped terminal line.",
    fix: "Check the length: 28 characters for SHA-1, 44 for SHA-256, 88 for SHA-512.",
};

/// The page of `signature-case-changed`.
pub static SIGNATURE_CASE_CHANGED: Mistake = Mistake {
    id: "signature-case-changed",
    stage: Stage::Signature,
    cost: 49,
    title: "changed the case of the signature",
    what: "The signature's letters were all made upper or lower case. RFC 5849 section 3.4.2 uses Base64, \
        in which case matters.",
    why: "A function that normalises a URL or a header ran over the finished request.",
    who: "Code that lower-cases a whole signed URL, cache-key helpers, proxies that fold query strings.",
    fix: "Leave the finished request alone.",
};

/// The page of `rsa-padding`.
pub static RSA_PADDING: Mistake = Mistake {
    id: "rsa-padding",
    stage: Stage::Signature,
    cost: 40,
    title: "signed with another RSA padding",
    what: "The RSA signature uses PSS. RFC 5849 section 3.4.3 asks for RSASSA-PKCS1-v1_5.",
    why: "Newer libraries offer PSS first. The length is the same, so only verifying shows it.",
    who: "Java and .NET code that asks for PSS, Python's cryptography called with `padding.PSS`, Web \
        Crypto's `RSA-PSS`.",
    fix: "Choose PKCS#1 v1.5 padding: Java `SHA1withRSA`, Python `padding.PKCS1v15()`, Web Crypto \
        `RSASSA-PKCS1-v1_5`.",
};

/// The page of `header-octets-stripped`.
pub static HEADER_OCTETS_STRIPPED: Mistake = Mistake {
    id: "header-octets-stripped",
    stage: Stage::Signature,
    cost: 42,
    title: "lost the escapes of the signature on the way",
    what: "Every `%XX` was removed from the header: a signature of 28 characters arrives with 27 or \
        fewer. RFC 5849 section 3.5.1 sends `%2B`, `%2F` and `%3D`, and the server decodes them.",
    why: "A sanitising function cleaned the header before it was read. Nonce, callback and every other \
        escaped value suffer too.",
    who: "The WordPress OAuth1 plugin 0.4.x (`sanitize_text_field` on the Authorization header), \
        firewalls and security plugins.",
    fix: "Read the header raw on the server; a client can only avoid it by sending the parameters in the \
        query or the body.",
};

/// The page of `plaintext-ampersand-encoded-twice`.
pub static PLAINTEXT_AMPERSAND_ENCODED_TWICE: Mistake = Mistake {
    id: "plaintext-ampersand-encoded-twice",
    stage: Stage::Signature,
    cost: 25,
    title: "encoded the PLAINTEXT signature once too often",
    what: "The `&` between the secrets travels as `%2526`. RFC 5849 section 3.4.4 joins the encoded \
        secrets with `&`, and sending encodes that once: `%26`.",
    why: "The key was encoded as a whole, or the finished signature twice.",
    who: "node-oauth, qoauth, signet, Horde_Oauth, liboauth and dbox with PLAINTEXT.",
    fix: "Encode each secret, join them with `&`, and encode the result once when it is sent.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &ALGORITHM_MISMATCH,
    &ARGUMENTS_SWAPPED,
    &HASH_NOT_HMAC,
    &DIGEST_HEX,
    &DIGEST_BASE64_OF_HEX,
    &BASE64_URL_SAFE,
    &BASE64_UNPADDED,
    &BASE64_LINE_BREAKS,
    &SIGNATURE_NOT_ENCODED,
    &SIGNATURE_DOUBLE_ENCODED,
    &SIGNATURE_TRUNCATED,
    &SIGNATURE_CASE_CHANGED,
    &RSA_PADDING,
    &HEADER_OCTETS_STRIPPED,
    &PLAINTEXT_AMPERSAND_ENCODED_TWICE,
];
