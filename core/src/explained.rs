//! What every error of this crate can say beside its message: a stable code, and what to do next.

/// An error that a person can act on. Its `Display` says what was expected and what was found, never a secret.
pub trait Explained: std::error::Error {
    /// A stable name, such as `return-state-mismatch`, by which front ends and documentation refer to it.
    fn code(&self) -> &'static str;

    /// What to do next, in one or two sentences.
    fn hint(&self) -> String;
}
