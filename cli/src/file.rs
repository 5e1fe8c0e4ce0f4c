//! Writes a settings file: for its owner alone, whole or not at all, never over another one by surprise.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use exact_preauth_core::{SecretText, settings::SettingsFile};

use crate::failure::{FAILED, Failure};

/// Whether this program has written a file.
static WRITTEN: AtomicBool = AtomicBool::new(false);

/// Whether this program has written a file: what an interruption then says.
pub fn was_written() -> bool {
    WRITTEN.load(Ordering::Relaxed)
}

/// Where a settings file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Output,
    /// A file.
    File(PathBuf),
}

impl Destination {
    /// From `--out`: a file, a folder, `-`, or the folder `folder` below the user's own.
    pub fn resolve(out: Option<&Path>, folder: &str, name: &str) -> Result<Self, Failure> {
        match out {
            Some(path) if path.as_os_str() == "-" => Ok(Self::Output),
            Some(path)
                if path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]) =>
            {
                Ok(Self::File(path.join(name)))
            }
            // A link stays a link: what it points at is written.
            Some(path) => Ok(Self::File(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))),
            None => {
                let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty()).ok_or_else(|| {
                    Failure::usage("expected a home folder, found none", "Say with --out where the file is to go.")
                })?;
                Ok(Self::File(home.join(folder).join(name)))
            }
        }
    }

    /// Whether something is there already.
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::File(path) if path.symlink_metadata().is_ok())
    }

    /// Makes sure, before anything is spent on it, that the file can be written. Leaves nothing behind.
    pub fn check(&self) -> Result<(), Failure> {
        let Self::File(path) = self else { return Ok(()) };
        if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
            return Err(Failure::failed(
                "file-special",
                format!("expected a file or nothing at {}, found something else", path.display()),
            )
            .hint("Give another place with --out."));
        }
        let existing = folder(path).ancestors().find(|folder| folder.as_os_str().is_empty() || folder.exists());
        let existing = existing.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        tempfile::tempfile_in(existing).map(drop).map_err(|error| cannot(path, error))
    }
}

/// Writes the file; an older one is kept beside it as `NAME.bak`. Returns the copy's path.
pub fn write(path: &Path, file: &SettingsFile, replace: bool) -> Result<Option<PathBuf>, Failure> {
    try_write(path, file, replace)
        .map_err(|error| if error.kind() == io::ErrorKind::AlreadyExists { taken(path) } else { cannot(path, error) })
}

/// Writes it under a name that nobody can have guessed, to the user's own folder or else the system's temporary one.
fn rescue(text: &SecretText, extension: &str) -> Option<PathBuf> {
    let write = |folder: PathBuf| -> io::Result<PathBuf> {
        let mut new = tempfile::Builder::new()
            .prefix("exact-preauth-rescued-")
            .suffix(&format!(".{extension}"))
            .tempfile_in(folder)?;
        new.write_all(text.expose().as_bytes())?;
        new.as_file().sync_all()?;
        WRITTEN.store(true, Ordering::Relaxed);
        Ok(new.keep()?.1)
    };
    let folders = std::env::home_dir().into_iter().chain([std::env::temp_dir()]);
    folders.filter(|folder| folder.is_dir()).find_map(|folder| write(folder).ok())
}

/// Keeps what cannot go where it was to go, and says where it is.
pub fn rescued(mut failure: Failure, text: &SecretText, extension: &str) -> Failure {
    failure.exit = FAILED;
    match rescue(text, extension) {
        Some(path) => failure.hint(format!(
            "The tokens are not lost: they are in {}, readable by you alone. Move that file to where it belongs.",
            path.display()
        )),
        None => failure.hint("The tokens are lost. Make room or give another --out, then sign in again."),
    }
}

/// That a file is in the way.
pub fn taken(path: &Path) -> Failure {
    Failure::failed("file-exists", format!("expected no file at {}, found one", path.display()))
        .hint("Give --force to replace it, which keeps a copy, or another --name or --out.")
}

fn try_write(path: &Path, file: &SettingsFile, replace: bool) -> io::Result<Option<PathBuf>> {
    let folder = folder(path);
    create_folder(folder)?;
    // Created for the owner alone, and removed again if anything below fails.
    let mut new = tempfile::Builder::new().prefix(".exact-preauth-").tempfile_in(folder)?;
    new.write_all(file.contents.expose().as_bytes())?;
    new.as_file().sync_all()?;
    let mut copy = None;
    if replace {
        if path.symlink_metadata().is_ok() {
            copy = Some(keep_copy(path)?);
        }
        new.persist(path).map_err(|error| error.error)?;
    } else {
        new.persist_noclobber(path).map_err(|error| error.error)?;
    }
    WRITTEN.store(true, Ordering::Relaxed);
    sync_folder(folder);
    Ok(copy)
}

/// A copy under a name that no program merges: not ending in `.xml`.
fn keep_copy(path: &Path) -> io::Result<PathBuf> {
    let mut number = 0_u32;
    loop {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(if number == 0 { ".bak".into() } else { format!(".bak{number}") });
        let copy = path.with_file_name(name);
        let mut temporary = tempfile::Builder::new().prefix(".exact-preauth-").tempfile_in(folder(path))?;
        io::copy(&mut fs::File::open(path)?, &mut temporary)?;
        temporary.as_file().sync_all()?;
        match temporary.persist_noclobber(&copy) {
            Ok(_) => return Ok(copy),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists && number < 999 => number += 1,
            Err(error) => return Err(error.error),
        }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn create_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Makes the new name last through a power cut, where folders can be synced.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn cannot(path: &Path, error: io::Error) -> Failure {
    Failure::failed("file", format!("expected to write {}, found that it cannot be written", path.display()))
        .because(error)
        .hint("Give another place with --out.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SettingsFile {
        SettingsFile { name: "settings-a.xml".into(), contents: SecretText::new(text) }
    }

    #[test]
    fn never_over_another_file_by_surprise() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deep/er/settings-a.xml");
        assert_eq!(write(&path, &file("1"), false).map_err(|failure| failure.code), Ok(None));
        assert_eq!(write(&path, &file("2"), false).map_err(|failure| failure.code), Err("file-exists"));
        assert_eq!(fs::read_to_string(&path)?, "1");
        for (text, copy) in [("2", "settings-a.xml.bak"), ("3", "settings-a.xml.bak1")] {
            let kept = write(&path, &file(text), true).map_err(|failure| failure.code);
            assert_eq!(kept, Ok(Some(path.with_file_name(copy))));
        }
        assert_eq!(fs::read_to_string(path.with_file_name("settings-a.xml.bak1"))?, "2");
        assert_eq!(fs::read_dir(path.parent().unwrap_or(&path))?.count(), 3, "no temporary file is left");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn for_the_owner_alone() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("new/settings-a.xml");
        assert!(write(&path, &file("1"), true).is_ok());
        assert!(write(&path, &file("2"), true).is_ok());
        let mode = |path: &Path| fs::metadata(path).map(|data| data.permissions().mode() & 0o777);
        assert_eq!(mode(&path)?, 0o600);
        assert_eq!(mode(&path.with_file_name("settings-a.xml.bak"))?, 0o600);
        assert_eq!(mode(&folder.path().join("new"))?, 0o700);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_left_alone_and_a_link_stays_one() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        assert_eq!(Destination::File("/dev/null".into()).check().map_err(|failure| failure.code), Err("file-special"));
        let (link, target) = (folder.path().join("link.xml"), folder.path().join("target.xml"));
        fs::write(&target, "older")?;
        std::os::unix::fs::symlink(&target, &link)?;
        let destination = Destination::resolve(Some(&link), "", "n").map_err(|failure| failure.code);
        assert_eq!(destination, Ok(Destination::File(fs::canonicalize(&target)?)));
        let slash = folder.path().join("new/");
        let destination = Destination::resolve(Some(&slash), "", "n.xml").map_err(|failure| failure.code);
        assert_eq!(destination, Ok(Destination::File(slash.join("n.xml"))));
        Ok(())
    }

    #[test]
    fn a_check_leaves_nothing_behind() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let below = |path: &str| Destination::File(folder.path().join(path));
        assert!(below("new/settings-a.xml").check().is_ok());
        assert_eq!(fs::read_dir(folder.path())?.count(), 0);
        fs::write(folder.path().join("plain"), "")?;
        assert!(below("plain/settings-a.xml").check().is_err());
        Ok(())
    }
}
