//! The files that other programs read: one writer per file, each in a module of its own.

pub mod invantive;

use crate::{Explained, SecretText};

/// A file to be written, for its owner alone.
#[derive(Debug)]
pub struct SettingsFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its content.
    pub contents: SecretText,
}

/// A value that a format cannot carry. The value is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {field} without {found}: {rule}")]
pub struct SettingsError {
    /// Which value.
    pub field: &'static str,
    /// What is in it.
    pub found: String,
    /// The format's rule.
    pub rule: &'static str,
}

impl Explained for SettingsError {
    fn code(&self) -> &'static str {
        "settings-value"
    }

    fn hint(&self) -> String {
        format!("Nothing was written. Choose another {}, or another format.", self.field)
    }
}
