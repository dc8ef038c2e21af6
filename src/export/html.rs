//! The frame of an HTML page that opens offline, light and dark.

use maud::{DOCTYPE, Markup, html};

/// A page: its title, one sentence about it for search engines and previews, its styles (links or a `style`), its body.
pub fn document(title: &str, about: &str, styles: &Markup, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="description" content=(about);
                title { (title) " · Scotoma" }
                link rel="icon" href="data:,";
                (styles)
            }
            body { (body) }
        }
    };
    page.into_string() + "\n"
}
