//! What holds a secret cannot be printed, compared or copied by accident: the traits are not there (K08).

use core::fmt::{Debug, Display};
use oauth1_core::{
    key::{Secret, SharedSecrets},
    rsa_key::RsaPrivateKey,
    sign::{SigningCredentials, SigningKey},
};
use static_assertions::assert_not_impl_any;

assert_not_impl_any!(Secret: Debug, Display, Clone, PartialEq, AsRef<[u8]>);
assert_not_impl_any!(SharedSecrets: Debug, Display, Clone, PartialEq);
assert_not_impl_any!(RsaPrivateKey: Debug, Display, PartialEq);
assert_not_impl_any!(SigningCredentials: Debug, Display, Clone, PartialEq);
assert_not_impl_any!(SigningKey: Debug, Display, Clone, PartialEq);
