//! `whoami`: whose the tokens of a grant are. Asks with the access token; the refresh token is not spent on it.

use serde_json::json;

use crate::{console::Console, failure::Failure, http, input};

pub async fn run(console: Console) -> Result<(), Failure> {
    let grant = input::grant(console).await?;
    let me = http::me(&grant.base_url, &grant.access_token).await?;
    if console.json {
        return console.object(&json!({ "user": me.user_json(), "division": me.division }));
    }
    let division =
        me.division.map_or_else(|| "no current division".to_owned(), |division| format!("division {division}"));
    console.data(&format!("{me}, {division}\n"))
}
