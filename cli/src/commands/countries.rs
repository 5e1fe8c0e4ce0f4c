//! `countries`: where Exact Online is.

use exact_preauth_core::Country;
use serde_json::json;

use crate::{console::Console, failure::Failure};

pub fn run(console: Console) -> Result<(), Failure> {
    if console.json {
        let countries: Vec<_> = Country::ALL
            .into_iter()
            .map(|country| json!({ "key": country.key(), "name": country.name(), "base_url": country.base_url(), "app_center": country.app_center() }))
            .collect();
        return console.object(&json!({ "countries": countries }));
    }
    let rows = Country::ALL.into_iter().map(|country| {
        format!("{}  {:<14}  {:<31}  {}\n", country.key(), country.name(), country.base_url(), country.app_center())
    });
    console.data(&rows.collect::<Vec<_>>().concat())
}
