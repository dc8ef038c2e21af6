//! Lists of texts in a table's cell, as Python's `repr` or JSON writes them: `['a', "b's"]`.

/// The texts of a list; `None` if the cell does not look like a list of texts, an error if it does but is none.
pub fn parse(cell: &str) -> Option<Result<Vec<String>, String>> {
    let inner = cell.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    if inner.is_empty() {
        return Some(Ok(Vec::new()));
    }
    inner.starts_with(['\'', '"']).then(|| texts(inner))
}

fn texts(inner: &str) -> Result<Vec<String>, String> {
    let mut chars = inner.chars();
    let mut texts = Vec::new();
    loop {
        let quote = next_after_space(&mut chars);
        match quote {
            Some(quote @ ('\'' | '"')) => texts.push(quoted(&mut chars, quote)?),
            // Python allows a comma after the last text.
            None if !texts.is_empty() => return Ok(texts),
            other => return Err(format!("{other:?} stands where a quoted text should")),
        }
        match next_after_space(&mut chars) {
            Some(',') => {}
            None => return Ok(texts),
            Some(other) => return Err(format!("{other:?} stands where a comma should")),
        }
    }
}

fn next_after_space(chars: &mut std::str::Chars) -> Option<char> {
    chars.find(|c| !c.is_whitespace())
}

fn quoted(chars: &mut std::str::Chars, quote: char) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match chars.next() {
            None => return Err("a quoted text does not end".to_owned()),
            Some(c) if c == quote => return Ok(text),
            Some('\\') => text.push(escape(chars)?),
            Some(c) => text.push(c),
        }
    }
}

fn escape(chars: &mut std::str::Chars) -> Result<char, String> {
    let digits = match chars.next() {
        Some(c @ ('\\' | '\'' | '"' | '/')) => return Ok(c),
        Some('n') => return Ok('\n'),
        Some('r') => return Ok('\r'),
        Some('t') => return Ok('\t'),
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        other => return Err(format!("the escape {other:?} is not known")),
    };
    let code: String = chars.take(digits).collect();
    let number = u32::from_str_radix(&code, 16).ok().filter(|_| code.len() == digits);
    number.and_then(char::from_u32).ok_or_else(|| format!("{code:?} is not the number of a character"))
}
