//! The maths font inside of a style sheet, so that it loads from `file://` in every browser.

const FONT: &[u8] = include_bytes!("../../book/fonts/noto-sans-math.woff2");
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The style sheet that declares the font.
pub(super) fn css() -> Vec<u8> {
    format!(
        "/* Noto Sans Math, SIL Open Font License 1.1: see font-license.txt */\n\
         @font-face{{font-family:\"Noto Sans Math\";font-display:block;\
         src:url(data:font/woff2;base64,{}) format(\"woff2\")}}\n",
        base64(FONT)
    )
    .into_bytes()
}

/// RFC 4648, with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (i, byte)| word | u32::from(*byte) << (16 - 8 * i));
        for place in 0..4 {
            match place <= chunk.len() {
                true => text.push(char::from(DIGITS[(word >> (18 - 6 * place) & 63) as usize])),
                false => text.push('='),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_that_of_the_standard() {
        let expected =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (text, code) in expected {
            assert_eq!(super::base64(text.as_bytes()), code);
        }
    }
}
