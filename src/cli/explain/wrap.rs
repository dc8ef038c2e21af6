//! Lines no longer than the reader's terminal is wide.

/// Columns where the width is not known, as in a pipe.
const USUAL: usize = 80;
/// Narrower than this nothing can be read.
const LEAST: usize = 40;

/// How many columns there are to write to.
pub(super) fn columns() -> usize {
    terminal_size::terminal_size().map_or(USUAL, |(width, _)| usize::from(width.0)).max(LEAST)
}

/// The text with its long lines broken at spaces, what follows indented further; lines of a comment are filled as one, and a
/// comment that does not fit behind its line stands below it. Words longer than a line stay whole.
pub(super) fn wrapped(text: &str, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let fits = |line: &str| line.chars().count() <= columns;
    for line in text.lines() {
        // A comment goes on where the line before it was broken, or is too long itself.
        match lines.last_mut().filter(|last| last.starts_with("-- ") && line.starts_with("-- ")) {
            Some(last) if !fits(last) || !fits(line) => *last = format!("{last} {}", &line[3..]),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.iter().map(|line| broken(line, columns)).collect::<Vec<_>>().join("\n")
}

fn broken(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.to_owned();
    }
    let margin = line.len() - line.trim_start().len();
    // After a word and spaces, as `assume   name: ...`, what follows stands below what follows the word.
    let column =
        line.find("   ").filter(|_| margin == 0).map_or(margin, |at| line.len() - line[at..].trim_start().len());
    let (code, comment) = match line.find("-- ") {
        Some(at) if at == margin => ("", &line[at + 3..]),
        Some(at) if line[..at].ends_with(' ') => (line[..at].trim_end(), &line[at + 3..]),
        _ => (line, ""),
    };
    let (space, further) = (" ".repeat(margin), " ".repeat(column + 4));
    let mut out = Vec::new();
    if !code.is_empty() {
        out.extend(filled(code.trim_start(), &space, &further, columns));
    }
    if !comment.is_empty() {
        let start = if code.is_empty() { format!("{space}-- ") } else { format!("{further}-- ") };
        out.extend(filled(comment, &start, &start, columns));
    }
    out.join("\n")
}

/// The words on lines that begin so.
fn filled(text: &str, first: &str, others: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut empty) = (first.to_owned(), true);
    // Spaces between words are kept where the line is not broken: columns of a statement stand below each other.
    for word in text.split_inclusive(' ') {
        let length = line.chars().count() + word.trim_end().chars().count();
        if !empty && length > columns {
            lines.push(std::mem::replace(&mut line, others.to_owned()).trim_end().to_owned());
            empty = true;
        }
        if !(empty && word == " ") {
            line.push_str(word);
            empty = false;
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_and_nothing_is_lost() {
        let text = "short\n-- a comment that is longer than the line is wide\nmaps     S : Caption -> Token   -- features of the captions\n      so   a*b = c + d + e + f + g + h + i + j + k + l";
        let narrow = wrapped(text, 40);
        assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
        let words = |text: &str| text.split_whitespace().filter(|w| *w != "--").map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&narrow), words(text), "{narrow}");
        assert!(narrow.contains("\n-- line is wide") || narrow.contains("-- than the line is wide"), "{narrow}");
        assert!(narrow.contains("maps     S : Caption -> Token\n             -- features"), "{narrow}");
        assert_eq!(wrapped(text, 200), text);
    }
}
