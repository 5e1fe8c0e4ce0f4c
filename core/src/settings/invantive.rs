//! Invantive's `settings-<NAME>.xml`: a group of connections, each of which holds databases.
//!
//! A database's connection string is `name=value` joined by `;`, without blanks around and without quotes. How a `;`
//! or a quote inside a value would be written is not documented, so such a value is refused.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{SettingsError, SettingsFile};
use crate::{BaseUrl, ClientId, ClientSecret, ConnectionName, RedirectUri, RefreshToken, SecretText};

/// The name under which the refresh token stands in the connection string. It follows the names of its neighbours;
/// the vendor documents those, but not this one.
pub const REFRESH_TOKEN_ATTRIBUTE: &str = "api-refresh-token";

/// The folder below the user's own in which the programs look.
pub const FOLDER: &str = "invantive";

/// One connection with one database.
#[derive(Debug)]
pub struct Invantive<'a> {
    /// The connection's name, and the file's.
    pub name: &'a ConnectionName,
    /// The group in which it is shown.
    pub group: &'a str,
    /// The database's short name in queries: an identifier.
    pub alias: &'a str,
    /// See [`REFRESH_TOKEN_ATTRIBUTE`].
    pub refresh_token_attribute: &'a str,
    /// Where Exact Online is.
    pub base_url: &'a BaseUrl,
    /// The app.
    pub client_id: &'a ClientId,
    /// The app's secret, in plain text.
    pub client_secret: &'a ClientSecret,
    /// The app's redirect URI.
    pub redirect_uri: &'a RedirectUri,
    /// The seed: from its first use on the program keeps the live one itself.
    pub refresh_token: &'a RefreshToken,
}

impl Invantive<'_> {
    /// Writes the file.
    ///
    /// # Errors
    /// If a value cannot stand in a connection string or in XML.
    pub fn write(&self) -> Result<SettingsFile, SettingsError> {
        let connection_string = self.connection_string()?;
        if self.group.trim().is_empty() {
            return Err(SettingsError { field: "group", found: "being empty".into(), rule: "the program shows it" });
        }
        text_value("group", self.group)?;
        identifier("alias", self.alias, '_')?;
        identifier("refresh-token attribute", self.refresh_token_attribute, '-')?;
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        let cannot =
            |found: &dyn std::fmt::Display| SettingsError { field: "value", found: found.to_string(), rule: "XML 1.0" };
        self.write_xml(&mut writer, connection_string.expose()).map_err(|error| cannot(&error))?;
        let mut contents = String::from_utf8(writer.into_inner()).map_err(|_| cannot(&"something that is no UTF-8"))?;
        contents.push('\n');
        Ok(SettingsFile { name: format!("settings-{}.xml", self.name), contents: SecretText::new(contents) })
    }

    fn connection_string(&self) -> Result<SecretText, SettingsError> {
        let mut text = String::new();
        for (field, name, value) in [
            ("base URL", "api-url", self.base_url.as_str()),
            ("client ID", "api-client-id", self.client_id.as_str()),
            ("client secret", "api-client-secret", self.client_secret.expose()),
            ("redirect URI", "api-redirect-url", self.redirect_uri.as_str()),
            ("refresh token", self.refresh_token_attribute, self.refresh_token.expose()),
        ] {
            connection_string_value(field, value)?;
            if !text.is_empty() {
                text.push(';');
            }
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
        Ok(SecretText::new(text))
    }

    fn write_xml(&self, writer: &mut Writer<Vec<u8>>, connection_string: &str) -> std::io::Result<()> {
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        writer.write_event(Event::Text(BytesText::from_escaped("\n")))?;
        writer
            .create_element("settings")
            .with_attribute(("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"))
            .with_attribute(("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"))
            .with_attribute(("version", "5"))
            .with_attribute(("forcedefault", "false"))
            .write_inner_content(|writer| {
                writer.create_element("group").with_attribute(("name", self.group)).write_inner_content(|writer| {
                    writer
                        .create_element("connection")
                        .with_attribute(("name", self.name.as_str()))
                        .write_inner_content(|writer| {
                            writer
                                .create_element("database")
                                .with_attribute(("order", "10"))
                                .with_attribute(("alias", self.alias))
                                .with_attribute(("provider", "ExactOnlineAll"))
                                .with_attribute(("userLogonCodeMode", "Hidden"))
                                .with_attribute(("passwordMode", "Hidden"))
                                .with_attribute(("connectionString", connection_string))
                                .with_attribute(("AllowConnectionStringRewrite", "false"))
                                .write_empty()?;
                            Ok(())
                        })?;
                    Ok(())
                })?;
                Ok(())
            })?;
        Ok(())
    }
}

fn connection_string_value(field: &'static str, value: &str) -> Result<(), SettingsError> {
    const RULE: &str = "a connection string joins values by \";\" and does not quote them";
    let refused = |found: &str| Err(SettingsError { field, found: found.into(), rule: RULE });
    if value.is_empty() {
        return Err(SettingsError { field, found: "being empty".into(), rule: "the program needs it" });
    }
    if value.trim() != value {
        return refused("blanks around it");
    }
    match value.chars().find(|c| matches!(c, ';' | '"' | '\'')) {
        Some(found) => refused(&format!("{found:?}")),
        None => text_value(field, value),
    }
}

/// What an XML attribute carries unchanged: no control character ([XML 1.0, 2.2 and 3.3.3](https://www.w3.org/TR/xml/#AVNormalize)).
fn text_value(field: &'static str, value: &str) -> Result<(), SettingsError> {
    match value.chars().find(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')) {
        Some(found) => {
            Err(SettingsError { field, found: format!("{found:?}"), rule: "XML attributes do not carry it unchanged" })
        }
        None => Ok(()),
    }
}

/// Letters, digits and one more character, starting with a letter.
fn identifier(field: &'static str, value: &str, joint: char) -> Result<(), SettingsError> {
    let refused = |found: String| {
        Err(SettingsError {
            field,
            found,
            rule: "it is a name of letters, digits, and \"_\" in an alias or \"-\" in an attribute",
        })
    };
    match value.chars().find(|c| !c.is_ascii_alphanumeric() && *c != joint) {
        Some(found) => refused(format!("{found:?}")),
        None if value.is_empty() => refused("being empty".into()),
        None if !value.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            refused("another character than a letter at its start".into())
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::Reader;

    /// The file for a client secret and a group.
    fn write(secret: &str, group: &str, alias: &str) -> Result<String, SettingsError> {
        let [name, base_url, client_id, redirect_uri] = [
            "acme",
            "https://start.exactonline.nl",
            "{0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b}",
            "https://app.example.com/r?a=1&b=2",
        ];
        let (Ok(name), Ok(base_url), Ok(client_id), Ok(redirect_uri)) = (
            ConnectionName::parse(name),
            BaseUrl::parse(base_url),
            ClientId::parse(client_id),
            RedirectUri::parse(redirect_uri),
        ) else {
            unreachable!("four constants")
        };
        Invantive {
            name: &name,
            group,
            alias,
            refresh_token_attribute: REFRESH_TOKEN_ATTRIBUTE,
            base_url: &base_url,
            client_id: &client_id,
            client_secret: &ClientSecret::new(secret),
            redirect_uri: &redirect_uri,
            refresh_token: &RefreshToken::new("stampNL001.aB3-!IAAAAEt3_x"),
        }
        .write()
        .map(|file| file.contents.expose().to_owned())
    }

    fn attribute(xml: &str, element: &str, name: &str) -> Option<String> {
        let mut reader = Reader::from_str(xml);
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) | Event::Empty(start) if start.name().as_ref() == element => {
                    let attribute = start.try_get_attribute(name).ok()??;
                    return attribute
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .ok()
                        .map(std::borrow::Cow::into_owned);
                }
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    #[test]
    fn writes_the_file() {
        insta::assert_snapshot!(write("aB3dE5fG7hJ9", "Exact Online", "eol").unwrap_or_default());
    }

    #[test]
    fn refuses_what_a_connection_string_cannot_carry() {
        for secret in ["", "a;b", "a\"b", "a'b", " a", "a ", "a\nb", "a\u{0}b"] {
            let error = write(secret, "g", "eol").err();
            assert_eq!(error.as_ref().map(|error| error.field), Some("client secret"), "{secret:?}");
            assert!(secret.len() < 3 || !error.map(|error| error.to_string()).unwrap_or_default().contains(secret));
        }
        assert_eq!(write("s", " ", "eol").err().map(|error| error.field), Some("group"));
        for alias in ["", "1a", "a-b", "é"] {
            assert_eq!(write("s", "g", alias).err().map(|error| error.field), Some("alias"), "{alias:?}");
        }
    }

    proptest! {
        #[test]
        fn carries_a_value_exactly_or_refuses_it(secret in any::<String>(), group in any::<String>()) {
            if let Ok(xml) = write(&secret, &group, "eol") {
                let connection_string = attribute(&xml, "database", "connectionString").unwrap_or_default();
                let carried = connection_string.split(';').find_map(|pair| pair.strip_prefix("api-client-secret="));
                prop_assert_eq!(carried, Some(secret.as_str()));
                prop_assert_eq!(attribute(&xml, "group", "name"), Some(group));
            }
        }
    }
}
