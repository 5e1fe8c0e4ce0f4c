//! The page: from a registered app to the sign-in address, and from what comes back to the command that exchanges it.
//!
//! It speaks to nobody: it is static files, and the client secret is never typed into it.

mod browser;
mod model;
mod view;

fn main() {
    if let Some(root) = browser::root() {
        // The first paint is plain HTML; from here on this is the page.
        root.set_inner_html("");
        yew::Renderer::<view::Page>::with_root(root).render();
    }
}
