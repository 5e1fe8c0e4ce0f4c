//! `settings`: a file for another program, from a grant.

use std::path::PathBuf;

use exact_preauth_core::{
    BaseUrl, ClientId, ClientSecret, ConnectionName, Grant, RedirectUri, RefreshToken,
    settings::{
        SettingsError, SettingsFile,
        invantive::{FOLDER, Invantive, REFRESH_TOKEN_ATTRIBUTE},
    },
};
use serde_json::json;

use crate::{
    args,
    console::Console,
    failure::Failure,
    file::{self, Destination},
    input,
    prompt::Prompt,
};

/// The formats, each with who reads it.
const FORMATS: [(&str, &str, &str); 1] = [(
    "invantive",
    "settings-<NAME>.xml",
    "Invantive's products, from the folder \"invantive\" in the user's own folder",
)];

pub async fn run(arguments: &args::Settings, console: Console) -> Result<(), Failure> {
    if arguments.list {
        return list(console);
    }
    let format = arguments.format.as_deref().unwrap_or_default();
    if !FORMATS.iter().any(|(name, ..)| *name == format) {
        return Err(Failure::usage(
            format!("expected a format, found \"{}\"", shortened(format)),
            "See `exact-preauth settings --list`.",
        ));
    }
    input::only_one_on_stdin(&arguments.secret, "the grant")?;
    not_both_on_stdout(&arguments.file, console)?;
    let name = match &arguments.file.name {
        Some(name) => ConnectionName::parse(name).map_err(|error| Failure::wrong("--name", &error))?,
        None => return Err(Failure::usage("the connection has no name", "Give --name, such as --name acme-nl.")),
    };
    let destination = Destination::resolve(arguments.file.out.as_deref(), FOLDER, &format!("settings-{name}.xml"))?;
    destination.check()?;
    if destination.is_taken()
        && !arguments.file.force
        && let Destination::File(path) = &destination
    {
        return Err(file::taken(path));
    }
    let grant = input::grant(console).await?;
    let client_secret = input::client_secret(&arguments.secret, &grant.client_id, console).await?;
    let refresh_token = refresh_token(&grant)?;
    let of = Of { base_url: &grant.base_url, client_id: &grant.client_id, redirect_uri: &grant.redirect_uri };
    let file = contents(&arguments.file, &name, &of, &client_secret, refresh_token)?;
    let written = write(&destination, &file, arguments.file.force, console)?;
    if console.json {
        return console.object(&json!({ "settings_file": written }));
    }
    if destination != Destination::Output {
        cautions(&arguments.file, console);
    }
    Ok(())
}

/// The file and the JSON object cannot both go to standard output.
pub fn not_both_on_stdout(file: &args::File, console: Console) -> Result<(), Failure> {
    if console.json && file.out.as_deref().is_some_and(|path| path.as_os_str() == "-") {
        return Err(Failure::usage("--json and --out - both want standard output", "Leave out one of them."));
    }
    Ok(())
}

fn list(console: Console) -> Result<(), Failure> {
    if console.json {
        let formats: Vec<_> = FORMATS
            .iter()
            .map(|(name, file, reader)| json!({ "name": name, "file": file, "read_by": reader }))
            .collect();
        return console.object(&json!({ "formats": formats }));
    }
    let rows: Vec<String> = FORMATS.iter().map(|(name, file, reader)| format!("{name}  {file}  {reader}\n")).collect();
    console.data(&rows.concat())
}

/// The part of a registration that stands in a settings file.
pub struct Of<'a> {
    pub base_url: &'a BaseUrl,
    pub client_id: &'a ClientId,
    pub redirect_uri: &'a RedirectUri,
}

/// The file's content.
pub fn contents(
    options: &args::File,
    name: &ConnectionName,
    of: &Of<'_>,
    client_secret: &ClientSecret,
    refresh_token: &RefreshToken,
) -> Result<SettingsFile, Failure> {
    Invantive {
        name,
        group: &options.group,
        alias: &options.alias,
        refresh_token_attribute: &options.refresh_token_attribute,
        base_url: of.base_url,
        client_id: of.client_id,
        client_secret,
        redirect_uri: of.redirect_uri,
        refresh_token,
    }
    .write()
    .map_err(|error: SettingsError| Failure::wrong("settings file", &error))
}

/// The refresh token, without which the file is of no use.
pub fn refresh_token(grant: &Grant) -> Result<&RefreshToken, Failure> {
    grant.refresh_token.as_ref().ok_or_else(|| {
        Failure::failed("no-refresh-token", "expected a refresh token in the grant, found none")
            .hint("Ask the server for one, for example with --scope offline_access.")
    })
}

/// Writes it, and says where it is and where the copy of an older one is.
pub fn write(
    destination: &Destination,
    file: &SettingsFile,
    replace: bool,
    console: Console,
) -> Result<Option<PathBuf>, Failure> {
    let Destination::File(path) = destination else {
        console.tokens(&file.contents)?;
        return Ok(None);
    };
    let copy = file::write(path, file, replace)?;
    console.done(&format!("Written {}, readable by you alone.", path.display()));
    if let Some(copy) = copy {
        console.say(&format!("  The older file is kept as {}.", copy.display()));
    }
    Ok(Some(path.clone()))
}

/// Asks before a file is replaced. `true`: replace it.
pub async fn may_replace(destination: &Destination, force: bool, console: Console) -> Result<bool, Failure> {
    let Destination::File(path) = destination else { return Ok(false) };
    if force || !destination.is_taken() {
        return Ok(force);
    }
    let question = format!("{} exists. Replace it and keep a copy?", path.display());
    if Prompt::new(question, "--force").confirmed(console).await? { Ok(true) } else { Err(file::taken(path)) }
}

/// What whoever has the file must know.
pub fn cautions(options: &args::File, console: Console) {
    console
        .warn("the file holds the client secret and the refresh token in plain text: whoever can read it can use them");
    console.warn("a refresh token works once, and the program that reads the file keeps its successor: give it to one program only");
    if options.refresh_token_attribute == REFRESH_TOKEN_ATTRIBUTE {
        console.warn(&format!(
            "the name \"{REFRESH_TOKEN_ATTRIBUTE}\" is not documented by the vendor; if the program does not take it, give --refresh-token-attribute"
        ));
    }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
