//! The digest of the base string, its text, and what happens to it on the way.

use std::sync::Arc;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use oauth1_core::{encode::percent_decode, method::SignatureMethod};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::{
    choice::Choice,
    encoders,
    mistakes::{Mistake, Stage},
    stages::key::hex,
};

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

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    pub(crate) const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// Length in bytes.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The digest of a signature method; `None` for PLAINTEXT.
    pub(crate) const fn of(method: SignatureMethod) -> Option<Self> {
        match method {
            SignatureMethod::HmacSha1 | SignatureMethod::RsaSha1 => Some(Self::Sha1),
            SignatureMethod::HmacSha256 | SignatureMethod::RsaSha256 => Some(Self::Sha256),
            SignatureMethod::HmacSha512 | SignatureMethod::RsaSha512 => Some(Self::Sha512),
            SignatureMethod::Plaintext => None,
        }
    }
}

/// What is computed over base string and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    Hmac,
    /// HMAC with the base string as its key and the key as its text.
    Swapped,
    /// Plain digest of the base string.
    Text,
    /// Plain digest of base string and key.
    TextKey,
    /// Plain digest of key and base string.
    KeyText,
}

/// One way to make a digest.
#[derive(Clone, Debug)]
pub(crate) struct Mac {
    /// `None`: what the signature method says.
    pub choice: Option<Arc<Choice>>,
    pub function: Function,
    pub digest: Digest,
}

impl Mac {
    pub(crate) fn weight(&self) -> usize {
        self.choice.as_ref().map_or(0, |choice| choice.weight)
    }
}

/// Every way to make a digest when `declared` is what the request says.
pub(crate) fn macs(declared: Option<SignatureMethod>) -> Vec<Mac> {
    let own = declared.and_then(Digest::of);
    let is_hmac = matches!(
        declared,
        Some(SignatureMethod::HmacSha1 | SignatureMethod::HmacSha256 | SignatureMethod::HmacSha512)
    );
    let mut list = Vec::new();
    for digest in Digest::ALL {
        let declared_digest = own == Some(digest);
        let mismatch = || {
            format!(
                "HMAC-{} was computed, oauth_signature_method says {}",
                digest.name().replace('-', ""),
                declared.map_or("something unknown", SignatureMethod::name)
            )
        };
        list.push(Mac {
            choice: (!is_hmac || !declared_digest)
                .then(|| Arc::new(Choice::new(&ALGORITHM_MISMATCH, mismatch()))),
            function: Function::Hmac,
            digest,
        });
        let weight = if declared_digest { 1 } else { 2 };
        for (function, mistake, detail) in [
            (
                Function::Swapped,
                &ARGUMENTS_SWAPPED,
                "the base string was used as the key, the key as the text",
            ),
            (
                Function::TextKey,
                &HASH_NOT_HMAC,
                "a plain digest of base string and key was made, not an HMAC",
            ),
            (
                Function::KeyText,
                &HASH_NOT_HMAC,
                "a plain digest of key and base string was made, not an HMAC",
            ),
            (
                Function::Text,
                &HASH_NOT_HMAC,
                "a plain digest of the base string was made, without the key",
            ),
        ] {
            let detail = format!("{detail} ({})", digest.name());
            list.push(Mac {
                choice: Some(Arc::new(Choice::new(mistake, detail).weighing(weight))),
                function,
                digest,
            });
        }
    }
    list
}

/// Compares a digest with what the sent signature stands for.
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Base64 that begins so.
    Base64Prefix(Vec<u8>),
    /// Base64, letters' case ignored; lower case here.
    Base64Folded(Vec<u8>),
    /// Base64 without `+`, `/` and `=`.
    Base64Stripped(Vec<u8>),
    /// The digest inside an RSASSA-PSS encoded message.
    Pss(Pss),
    /// Every digest: where signatures are made and not compared.
    Any,
}

impl Matcher {
    pub(crate) fn matches(&self, digest: &[u8]) -> bool {
        match self {
            Self::Bytes(bytes) => bytes == digest,
            Self::Base64Prefix(prefix) => {
                let text = STANDARD.encode(digest);
                text.len() > prefix.len() && text.as_bytes().starts_with(prefix)
            }
            Self::Base64Folded(folded) => STANDARD
                .encode(digest)
                .as_bytes()
                .eq_ignore_ascii_case(folded),
            Self::Base64Stripped(stripped) => STANDARD
                .encode(digest)
                .bytes()
                .filter(u8::is_ascii_alphanumeric)
                .eq(stripped.iter().copied()),
            Self::Pss(pss) => pss.matches(digest),
            Self::Any => true,
        }
    }

    /// What the first four bytes of a digest must be, where that is certain.
    pub(crate) fn first_word(&self) -> Option<u32> {
        match self {
            Self::Bytes(bytes) => bytes.first_chunk().map(|first| u32::from_be_bytes(*first)),
            _ => None,
        }
    }

    /// Whether digests of that length can match.
    pub(crate) fn fits(&self, length: usize) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.len() == length,
            Self::Base64Prefix(prefix) => prefix.len() < length.div_ceil(3) * 4,
            Self::Base64Folded(folded) => folded.len() == length.div_ceil(3) * 4,
            Self::Base64Stripped(stripped) => stripped.len() < length.div_ceil(3) * 4,
            Self::Pss(pss) => pss.digest.length() == length,
            Self::Any => true,
        }
    }
}

/// The salt and hash of an RSASSA-PSS encoded message (RFC 8017 §9.1.2).
#[derive(Clone, Debug)]
pub(crate) struct Pss {
    digest: Digest,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Pss {
    /// Takes `s^e mod n` apart; `None` when it is not such a message.
    pub(crate) fn read(encoded: &[u8], digest: Digest) -> Option<Self> {
        let length = digest.length();
        let encoded = encoded.strip_suffix(&[0xBC])?;
        let split = encoded
            .len()
            .checked_sub(length)
            .filter(|split| *split > 0)?;
        let (masked, hash) = encoded.split_at(split);
        let mut block: Vec<u8> = masked
            .iter()
            .zip(mask(digest, hash, masked.len()))
            .map(|(byte, mask)| byte ^ mask)
            .collect();
        // Up to seven leading bits lie above the modulus' length and are cleared by definition.
        *block.first_mut()? &= 0x7F;
        let one = block.iter().position(|byte| *byte != 0)?;
        (block[one] == 1 || block[one].is_power_of_two() && one == 0).then(|| Self {
            digest,
            salt: block[one + 1..].to_vec(),
            hash: hash.to_vec(),
        })
    }

    fn matches(&self, digest: &[u8]) -> bool {
        hash(self.digest, &[&[0; 8], digest, &self.salt]) == self.hash
    }
}

/// MGF1 of RFC 8017 appendix B.2.1.
fn mask(digest: Digest, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length + digest.length());
    let mut counter = 0u32;
    while mask.len() < length {
        mask.extend(hash(digest, &[seed, &counter.to_be_bytes()]));
        counter = counter.wrapping_add(1);
    }
    mask.truncate(length);
    mask
}

/// The digest of joined pieces.
pub(crate) fn hash(digest: Digest, pieces: &[&[u8]]) -> Vec<u8> {
    fn run<D: sha1::Digest>(pieces: &[&[u8]]) -> Vec<u8> {
        let mut hasher = D::new();
        for piece in pieces {
            hasher.update(piece);
        }
        hasher.finalize().to_vec()
    }
    match digest {
        Digest::Sha1 => run::<Sha1>(pieces),
        Digest::Sha256 => run::<Sha256>(pieces),
        Digest::Sha512 => run::<Sha512>(pieces),
    }
}

/// The digest and its algorithm in a PKCS#1 v1.5 encoded message (RFC 8017 §9.2).
pub(crate) fn pkcs1_digest(encoded: &[u8]) -> Option<(Digest, Vec<u8>)> {
    let rest = encoded.strip_prefix(&[0, 1])?;
    let end = rest.iter().position(|byte| *byte != 0xFF)?;
    let info = rest[end..].strip_prefix(&[0])?;
    let prefixes: [(Digest, &[u8]); 3] = [
        (
            Digest::Sha1,
            b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        ),
        (
            Digest::Sha256,
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
        ),
        (
            Digest::Sha512,
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        ),
    ];
    prefixes.iter().find_map(|(digest, prefix)| {
        let value = info.strip_prefix(*prefix)?;
        (value.len() == digest.length()).then(|| (*digest, value.to_vec()))
    })
}

/// One way to read the signature that was sent: what was done to the text, and what it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub choices: Vec<Arc<Choice>>,
    pub matcher: Matcher,
}

impl Reading {
    pub(crate) fn weight(&self) -> usize {
        self.choices.iter().map(|choice| choice.weight).sum()
    }

    pub(crate) fn cost(&self) -> u32 {
        self.choices.iter().map(|choice| choice.cost).sum()
    }
}

type Texts = Vec<(Vec<Arc<Choice>>, Vec<u8>)>;

/// The signature as it was meant, before what may have happened to it on the way. `text` is decoded once, as RFC 5849 asks.
pub(crate) fn texts(text: &[u8]) -> Texts {
    let mut list: Texts = vec![(Vec::new(), text.to_vec())];
    let add = |list: &mut Texts, before: usize, choice: Choice, text: Vec<u8>| {
        if list.iter().all(|(_, known)| *known != text) {
            let mut choices = list[before].0.clone();
            choices.push(Arc::new(choice));
            list.push((choices, text));
        }
    };
    let mut depth = 0;
    while depth < 3 && encoders::holds_escape(&list[list.len() - 1].1) {
        let before = list.len() - 1;
        let decoded = percent_decode(&list[before].1).into_owned();
        add(
            &mut list,
            before,
            Choice::new(
                &SIGNATURE_DOUBLE_ENCODED,
                "the signature was percent-encoded once too often",
            ),
            decoded,
        );
        depth += 1;
    }
    for at in 0..list.len() {
        if list[at].1.contains(&b' ') {
            let mended = list[at]
                .1
                .iter()
                .map(|byte| if *byte == b' ' { b'+' } else { *byte })
                .collect();
            add(
                &mut list,
                at,
                Choice::new(
                    &SIGNATURE_NOT_ENCODED,
                    "a raw `+` of the signature was read as a space",
                ),
                mended,
            );
        }
    }
    list
}

/// Every way to read the text of an HMAC.
pub(crate) fn readings(text: &[u8]) -> Vec<Reading> {
    let mut list = Vec::new();
    for (before, text) in texts(text) {
        let mut add = |extra: Vec<Choice>, matcher: Matcher| {
            let mut choices = before.clone();
            choices.extend(extra.into_iter().map(Arc::new));
            list.push(Reading { choices, matcher });
        };
        let joined: Vec<u8> = text
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let mut mended = Vec::new();
        if joined.len() != text.len() {
            mended.push(Choice::new(
                &BASE64_LINE_BREAKS,
                "the base64 text holds line breaks or blanks",
            ));
        }
        if let Ok(bytes) = STANDARD.decode(&joined) {
            let as_text = hex(&bytes);
            add(mended.clone(), Matcher::Bytes(bytes));
            if let Some(bytes) = as_text {
                let mut choices = mended.clone();
                choices.push(Choice::new(
                    &DIGEST_BASE64_OF_HEX,
                    "base64 of the digest's hex text was sent",
                ));
                add(choices, Matcher::Bytes(bytes));
            }
        } else {
            let url_safe = joined.iter().any(|byte| matches!(byte, b'-' | b'_'));
            let standard: Vec<u8> = joined
                .iter()
                .map(|byte| match byte {
                    b'-' => b'+',
                    b'_' => b'/',
                    other => *other,
                })
                .collect();
            let mut choices = mended.clone();
            if url_safe {
                choices.push(Choice::new(
                    &BASE64_URL_SAFE,
                    "`-` and `_` stand where base64 has `+` and `/`",
                ));
            }
            if let Ok(bytes) = STANDARD.decode(&standard) {
                add(choices, Matcher::Bytes(bytes));
            } else if let Ok(bytes) = STANDARD_NO_PAD.decode(&standard) {
                choices.push(Choice::new(
                    &BASE64_UNPADDED,
                    "the `=` at the end is missing",
                ));
                add(choices, Matcher::Bytes(bytes));
            }
        }
        if let Some(bytes) = hex(&joined) {
            let mut choices = mended.clone();
            choices.push(Choice::new(
                &DIGEST_HEX,
                "the digest was sent as hex text, not as base64",
            ));
            add(choices, Matcher::Bytes(bytes));
        }
        let shape_is_off = !joined.is_empty()
            && !Digest::ALL
                .iter()
                .any(|digest| joined.len() == digest.length().div_ceil(3) * 4);
        if shape_is_off && joined.len() >= 16 {
            add(
                vec![Choice::new(
                    &SIGNATURE_TRUNCATED,
                    "only the beginning of the signature arrived",
                )],
                Matcher::Base64Prefix(joined.clone()),
            );
            if joined.iter().all(u8::is_ascii_alphanumeric) {
                add(
                    vec![Choice::new(
                        &HEADER_OCTETS_STRIPPED,
                        "`+`, `/` and `=` of the signature were stripped on the way",
                    )],
                    Matcher::Base64Stripped(joined.clone()),
                );
            }
        }
        let one_case = !joined.iter().any(u8::is_ascii_uppercase)
            || !joined.iter().any(u8::is_ascii_lowercase);
        if one_case && joined.len() >= 16 {
            add(
                vec![Choice::new(
                    &SIGNATURE_CASE_CHANGED,
                    "the letters of the signature were folded to one case",
                )],
                Matcher::Base64Folded(joined.to_ascii_lowercase()),
            );
        }
    }
    list
}

/// Mistakes in the text of a signature that [`written`] makes.
const OF_TEXT: [&Mistake; 9] = [
    &DIGEST_HEX,
    &DIGEST_BASE64_OF_HEX,
    &BASE64_URL_SAFE,
    &BASE64_UNPADDED,
    &BASE64_LINE_BREAKS,
    &SIGNATURE_NOT_ENCODED,
    &SIGNATURE_DOUBLE_ENCODED,
    &SIGNATURE_TRUNCATED,
    &HEADER_OCTETS_STRIPPED,
];

/// Whether the mistake happens to the text of the signature, after the digest.
pub(crate) fn is_of_text(id: &str) -> bool {
    OF_TEXT.iter().any(|mistake| mistake.id == id)
}

/// The way back of [`readings`]: the text in which a digest arrives, decoded once, after these mistakes. `None` where one of them
/// would change nothing.
pub(crate) fn written(digest: &[u8], mistakes: &[&str]) -> Option<Vec<u8>> {
    let does = |mistake: &Mistake| mistakes.contains(&mistake.id);
    let hex_text = || digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex_text: String = hex_text()
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect();
    let mut text = if does(&DIGEST_HEX) {
        hex_text
    } else if does(&DIGEST_BASE64_OF_HEX) {
        STANDARD.encode(hex_text)
    } else {
        STANDARD.encode(digest)
    };
    let mut change = |mistake: &Mistake, change: &dyn Fn(&str) -> String| {
        if !does(mistake) {
            return Some(());
        }
        let changed = change(&text);
        (changed != text).then(|| text = changed)
    };
    change(&BASE64_URL_SAFE, &|text| {
        text.replace('+', "-").replace('/', "_")
    })?;
    change(&BASE64_UNPADDED, &|text| {
        text.trim_end_matches('=').to_owned()
    })?;
    change(&BASE64_LINE_BREAKS, &|text| format!("{text}\n"))?;
    change(&SIGNATURE_TRUNCATED, &|text| {
        text.chars().take(text.len() * 3 / 4).collect()
    })?;
    change(&HEADER_OCTETS_STRIPPED, &|text| {
        text.chars().filter(char::is_ascii_alphanumeric).collect()
    })?;
    change(&SIGNATURE_NOT_ENCODED, &|text| text.replace('+', " "))?;
    change(&SIGNATURE_DOUBLE_ENCODED, &|text| {
        oauth1_core::encode::percent_encode(text.as_bytes())
    })?;
    Some(text.into_bytes())
}
