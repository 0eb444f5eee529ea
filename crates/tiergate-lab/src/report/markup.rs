//! What every section is made of: text made safe, pictures that say what they show, tables that fold.

/// Text as HTML takes it.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A picture.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'p> {
    /// What is its own on the page.
    pub id: &'p str,
    /// Its classes.
    pub class: &'p str,
    /// Left, top, width and height of what is seen.
    pub view: [f64; 4],
    /// What it shows.
    pub title: &'p str,
    /// What it finds, in words.
    pub says: &'p str,
}

impl Picture<'_> {
    /// It, drawn: with its title and its finding for those who do not see it.
    pub fn draw(&self, body: &str) -> String {
        let [left, top, wide, high] = self.view;
        format!(
            "<svg viewBox=\"{left:.0} {top:.0} {wide:.0} {high:.0}\" class=\"{}\" role=\"img\" \
             aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{body}</svg>",
            self.class,
            escape(self.title),
            escape(self.says),
            id = self.id,
        )
    }
}

/// What may be wider than the page, which then scrolls by itself.
pub fn wide(says: &str, body: &str) -> String {
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{body}</div>",
        escape(says)
    )
}

/// A table: a head that begins with `>` is of numbers; the first cell of a row is its head.
pub fn table(caption: &str, heads: &[String], rows: &[Vec<String>]) -> String {
    let mut text = format!("<table><caption>{}</caption><thead><tr>", escape(caption));
    for head in heads {
        text += &match head.strip_prefix('>') {
            Some(head) => format!("<th scope=\"col\" class=\"number\">{}</th>", escape(head)),
            None => format!("<th scope=\"col\">{}</th>", escape(head)),
        };
    }
    text += "</tr></thead><tbody>";
    for row in rows {
        text += "<tr>";
        for (at, cell) in row.iter().enumerate() {
            let number = heads.get(at).is_some_and(|h| h.starts_with('>'));
            text += &match (at, number) {
                (0, _) => format!("<th scope=\"row\">{}</th>", escape(cell)),
                (_, true) => format!("<td class=\"number\">{}</td>", escape(cell)),
                (_, false) => format!("<td>{}</td>", escape(cell)),
            };
        }
        text += "</tr>";
    }
    text += "</tbody></table>";
    wide(caption, &text)
}

/// The figures of a picture, folded.
pub fn folded(caption: &str, heads: &[String], rows: &[Vec<String>]) -> String {
    format!(
        "<details><summary>The figures: {}</summary>{}</details>",
        escape(caption),
        table(caption, heads, rows)
    )
}

/// A section with its heading.
pub fn section(id: &str, heading: &str, body: &str) -> String {
    format!(
        "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{}</h2>{body}</section>",
        escape(heading)
    )
}

/// What stands where there is nothing to show: what would fill the section.
pub fn nothing(what: &str, command: &str) -> String {
    format!(
        "<p class=\"empty\">{} <code>{}</code> fills this section.</p>",
        escape(what),
        escape(command)
    )
}

#[cfg(test)]
mod tests {
    use super::{Picture, escape, table};

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
        let rows = [vec!["<i>".to_owned(), "1".to_owned()]];
        let told = table("<c>", &["a".into(), ">b".into()], &rows);
        assert!(told.contains("<th scope=\"row\">&lt;i&gt;</th><td class=\"number\">1</td>"));
        assert!(!told.contains("<i>") && !told.contains("<c>"), "{told}");
    }

    #[test]
    fn a_picture_is_named_by_what_it_shows_and_finds() {
        let picture = Picture {
            id: "p",
            class: "fan",
            view: [0.0, 0.0, 10.0, 5.0],
            title: "Chips",
            says: "More of them",
        };
        let drawn = picture.draw("<path/>");
        assert!(drawn.contains("aria-labelledby=\"p-t p-d\""), "{drawn}");
        assert!(drawn.contains("<desc id=\"p-d\">More of them</desc>"));
    }
}
