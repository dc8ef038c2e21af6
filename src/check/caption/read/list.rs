//! Lists of texts in a table's cell, as Python's `repr` or JSON writes them: `['a', "b's"]`.
//!
//! The grammar is that of the certificates' page: texts in either quote, commas between them and perhaps one after the last,
//! white space around each. Inside a text `\\`, `\'`, `\"`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, `\xHH`, `\uHHHH`, `\UHHHHHHHH`, two
//! halves of a surrogate pair as `\uHHHH\uHHHH`, and no other backslash.

use crate::report::quoted as shown;

/// The texts of a list; `None` if the cell does not look like a list of texts, an error if it does but is none.
pub fn parse(cell: &str) -> Option<Result<Vec<String>, String>> {
    let inner = cell.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    if inner.is_empty() {
        return Some(Ok(Vec::new()));
    }
    // A letter before the first quote is how Python 2, or a list of bytes, begins.
    let prefixed = inner.strip_prefix(['u', 'b']).filter(|rest| rest.starts_with(['\'', '"']));
    if prefixed.is_some() {
        let letter = &inner[..1];
        return Some(Err(format!("{letter} stands before a quote, as Python writes other kinds of texts")));
    }
    inner.starts_with(['\'', '"']).then(|| texts(inner))
}

fn texts(inner: &str) -> Result<Vec<String>, String> {
    let mut chars = inner.chars();
    let mut texts = Vec::new();
    loop {
        match next_after_space(&mut chars) {
            Some(quote @ ('\'' | '"')) => texts.push(quoted(&mut chars, quote)?),
            // Python allows a comma after the last text.
            None if !texts.is_empty() => return Ok(texts),
            Some(other) => return Err(format!("{other} stands where a text in quotes should")),
            None => return Err("it holds no text".to_owned()),
        }
        match next_after_space(&mut chars) {
            Some(',') => {}
            None => return Ok(texts),
            Some('\'' | '"') => {
                return Err("no comma stands between two texts (an array of NumPy? write it with .tolist())".to_owned());
            }
            Some(other) => return Err(format!("{other} stands where a comma should")),
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
            None => return Err("a text in it does not end".to_owned()),
            Some(c) if c == quote => return Ok(text),
            Some('\\') => text.push(escape(chars)?),
            Some(c) => text.push(c),
        }
    }
}

fn escape(chars: &mut std::str::Chars) -> Result<char, String> {
    let letter = chars.next();
    let digits = match letter {
        Some(c @ ('\\' | '\'' | '"' | '/')) => return Ok(c),
        Some('b') => return Ok('\u{8}'),
        Some('f') => return Ok('\u{c}'),
        Some('n') => return Ok('\n'),
        Some('r') => return Ok('\r'),
        Some('t') => return Ok('\t'),
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(other) => return Err(format!("the escape \\{other} is not known")),
        None => return Err("a text in it does not end".to_owned()),
    };
    let number = hexadecimal(chars, digits)?;
    if let Some(c) = char::from_u32(number) {
        return Ok(c);
    }
    if (0xd800..0xdc00).contains(&number) && digits == 4 && chars.as_str().starts_with("\\u") {
        chars.nth(1);
        let low = hexadecimal(chars, 4)?;
        let pair = (0xdc00..0xe000).contains(&low).then(|| 0x10000 + ((number - 0xd800) << 10) + (low - 0xdc00));
        if let Some(c) = pair.and_then(char::from_u32) {
            return Ok(c);
        }
    }
    Err(format!("the escape of number {number:x} is no character, but perhaps half of one"))
}

fn hexadecimal(chars: &mut std::str::Chars, digits: usize) -> Result<u32, String> {
    let code: String = chars.by_ref().take(digits).collect();
    let good = code.len() == digits && code.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = good.then(|| u32::from_str_radix(&code, 16).ok()).flatten();
    number.ok_or_else(|| format!("{} are not {digits} hexadecimal digits", shown(&code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_what_only_looks_like_one() {
        let list = |cell: &str| parse(cell).unwrap_or_else(|| panic!("{cell} is no list"));
        assert_eq!(list(" [ 'a', \"b's\" , ] ").unwrap(), ["a", "b's"]);
        assert_eq!(list("[\u{3000}]").unwrap(), Vec::<String>::new());
        assert_eq!(list(r#"['\x41\u0042\U00000043\'\"\/\\\b\f\n\r\t']"#).unwrap(), ["ABC'\"/\\\u{8}\u{c}\n\r\t"]);
        assert_eq!(list(r#"["\ud83d\ude00"]"#).unwrap(), ["\u{1f600}"]);
        for (cell, part) in [
            ("['a' 'b']", "no comma"),
            ("['a'; 'b']", "; stands where a comma"),
            ("['a', b]", "b stands where a text"),
            (r"['\101']", r"the escape \1 is"),
            (r"['\N{SNOWMAN}']", r"the escape \N is"),
            (r"['\u+041']", "hexadecimal"),
            (r"['\ud83d']", "half"),
            (r"['\ud83d\u0041']", "half"),
            (r"['\ude00']", "half"),
            (r"['\U00110000']", "no character"),
            ("['a", ""),
            ("['a\\']", "does not end"),
            ("[u'a']", "u stands before"),
            ("['a',,]", ", stands where a text"),
        ] {
            match parse(cell) {
                None => assert_eq!(part, "", "{cell}"),
                Some(found) => {
                    let message = found.unwrap_err();
                    assert!(message.contains(part) && !message.contains("Some"), "{cell}: {message}");
                }
            }
        }
        for text in ["[sic] a cube", "[a]", "a ['b']", "[1, 2]", "[", "]", "[under a tree]"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
