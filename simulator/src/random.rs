//! Codes and tokens of the shapes that Exact's have.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

/// What every code and token of the simulator starts with.
const STAMP: &str = "stampSIM001.";

pub(crate) struct Random(StdRng);

impl Random {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map_or_else(rand::make_rng, StdRng::seed_from_u64))
    }

    /// A GUID, lower case, without braces.
    pub(crate) fn guid(&mut self) -> String {
        let bytes: [u8; 16] = self.0.random();
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default()).join("-")
    }

    /// Letters and digits.
    pub(crate) fn letters_and_digits(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(self.0.sample(rand::distr::Alphanumeric))).collect()
    }

    /// A code or a refresh token: they have one shape, and 500 to 800 characters.
    pub(crate) fn code(&mut self) -> String {
        format!("{STAMP}{}!{}", self.letters_and_digits(4), self.payload(0x20, 384..580))
    }

    /// An access token.
    pub(crate) fn access_token(&mut self) -> String {
        format!("{STAMP}{}", self.payload(0x80, 560..640))
    }

    /// Base64url that starts with `IAAAA` for 0x20 and with `gAAAA` for 0x80.
    fn payload(&mut self, first: u8, length: std::ops::Range<usize>) -> String {
        let length = self.0.random_range(length);
        let mut bytes: Vec<u8> = (0..length).map(|_| self.0.random()).collect();
        bytes.splice(..4, [first, 0, 0, 0]);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}
