//! The one place that touches the browser.

/// 64 random bytes from the browser.
pub fn entropy() -> Option<[u8; 64]> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Puts a text on the clipboard; `false` if the browser refuses.
pub async fn copy(text: &str) -> bool {
    let written = gloo::utils::window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
}

/// Where the page is drawn.
pub fn root() -> Option<web_sys::Element> {
    gloo::utils::document().get_element_by_id("page")
}
