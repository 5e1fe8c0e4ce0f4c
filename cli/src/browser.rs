//! Opens the person's own browser, where there is one to open.

use std::env;

/// Why no browser can be opened, or `None` where one can.
pub fn missing() -> Option<&'static str> {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("BROWSER") {
        return None;
    }
    if is_set("SSH_CONNECTION") || is_set("SSH_TTY") {
        return Some("this is a session over ssh");
    }
    let has_display = cfg!(any(windows, target_os = "macos"))
        || is_set("DISPLAY")
        || is_set("WAYLAND_DISPLAY")
        || is_set("WSL_DISTRO_NAME");
    (!has_display).then_some("there is no display")
}

/// Opens the address; `false` if that failed. It holds no secret, as arguments can be read by others.
pub async fn open(url: &str) -> bool {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || webbrowser::open(&url).is_ok()).await.unwrap_or(false)
}
