//! The seven countries in which Exact Online runs, each on a host of its own.

use crate::Explained;

/// A country of Exact Online. An app registration belongs to exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Country {
    Netherlands,
    Belgium,
    Germany,
    France,
    Spain,
    UnitedKingdom,
    UnitedStates,
}

impl Country {
    /// All seven, the default first.
    pub const ALL: [Self; 7] = [
        Self::Netherlands,
        Self::Belgium,
        Self::Germany,
        Self::France,
        Self::Spain,
        Self::UnitedKingdom,
        Self::UnitedStates,
    ];

    /// Its key in options, settings and links: `nl`, `be`, `de`, `fr`, `es`, `uk` or `us`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Netherlands => "nl",
            Self::Belgium => "be",
            Self::Germany => "de",
            Self::France => "fr",
            Self::Spain => "es",
            Self::UnitedKingdom => "uk",
            Self::UnitedStates => "us",
        }
    }

    /// Its English name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Netherlands => "Netherlands",
            Self::Belgium => "Belgium",
            Self::Germany => "Germany",
            Self::France => "France",
            Self::Spain => "Spain",
            Self::UnitedKingdom => "United Kingdom",
            Self::UnitedStates => "United States",
        }
    }

    /// The base URL of its Exact Online, without a trailing slash.
    #[must_use]
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Netherlands => "https://start.exactonline.nl",
            Self::Belgium => "https://start.exactonline.be",
            Self::Germany => "https://start.exactonline.de",
            Self::France => "https://start.exactonline.fr",
            Self::Spain => "https://start.exactonline.es",
            Self::UnitedKingdom => "https://start.exactonline.co.uk",
            Self::UnitedStates => "https://start.exactonline.com",
        }
    }

    /// Where an app is registered. Three countries have an address of their own; on the general one the country
    /// is chosen on the page.
    #[must_use]
    pub const fn app_center(self) -> &'static str {
        match self {
            Self::Netherlands => "https://apps.exactonline.com/nl/",
            Self::Belgium => "https://apps.exactonline.com/be/",
            Self::UnitedKingdom => "https://apps.exactonline.com/gb/",
            Self::Germany | Self::France | Self::Spain | Self::UnitedStates => "https://apps.exactonline.com/",
        }
    }

    /// The country whose Exact Online answers at `host`, in any case.
    ///
    /// ```
    /// # use exact_preauth_core::Country;
    /// assert_eq!(Country::of_host("start.exactonline.co.uk"), Some(Country::UnitedKingdom));
    /// assert_eq!(Country::of_host("start.exactonline.example"), None);
    /// ```
    #[must_use]
    pub fn of_host(host: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|country| {
            country.base_url().strip_prefix("https://").is_some_and(|own| own.eq_ignore_ascii_case(host))
        })
    }
}

impl std::str::FromStr for Country {
    type Err = UnknownCountry;

    /// Reads a key or an English name in any case; `gb` is `uk`.
    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let text = text.trim();
        let wanted = if text.eq_ignore_ascii_case("gb") { "uk" } else { text };
        Self::ALL
            .into_iter()
            .find(|country| country.key().eq_ignore_ascii_case(wanted) || country.name().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| UnknownCountry { found: text.chars().take(40).collect() })
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.key())
    }
}

/// A text that names none of the seven countries.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of the countries nl, be, de, fr, es, uk, us; found \"{found}\"")]
pub struct UnknownCountry {
    /// Its first 40 characters.
    pub found: String,
}

impl Explained for UnknownCountry {
    fn code(&self) -> &'static str {
        "country-unknown"
    }

    fn hint(&self) -> String {
        "Name the country in which the app is registered; for any other Exact Online give its base URL.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_keys_and_names_in_any_case() {
        for country in Country::ALL {
            assert_eq!(country.key().to_uppercase().parse(), Ok(country));
            assert_eq!(country.name().to_lowercase().parse(), Ok(country));
        }
        assert_eq!(" GB ".parse(), Ok(Country::UnitedKingdom));
        assert_eq!("at".parse::<Country>(), Err(UnknownCountry { found: "at".into() }));
    }
}
