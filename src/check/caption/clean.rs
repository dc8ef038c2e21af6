//! What CLIP does to a text before it cuts it into tokens: repairs of Unicode, HTML entities, white space, lower case.
//!
//! CLIP (and `open_clip`, by default) calls ftfy's `fix_text`, then Python's `html.unescape` twice, makes every stretch of white
//! space one space and lower-cases. Of ftfy all steps are done here but one: text that was decoded in the wrong encoding
//! (`cafÃ©`) is not repaired, since that is a guess by weights; such a text is refused, so that no token is claimed that CLIP
//! would not see.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use unicode_normalization::UnicodeNormalization;

/// The text as CLIP's byte-pair encoder sees it; `None` for one that seems to be decoded in the wrong encoding.
pub fn clip(text: &str) -> Option<String> {
    let plain =
        text.is_ascii() && !text.contains(|c: char| c == '&' || (c.is_ascii_control() && !c.is_ascii_whitespace()));
    let cleaned = if plain { Cow::Borrowed(text) } else { Cow::Owned(cleaned(text)?) };
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    Some(words.join(" ").to_lowercase())
}

fn cleaned(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    loop {
        // Where a tag seems to be, entities may be meant as they stand; they are replaced at the end.
        let entities = text.contains('<') || text.contains('\n');
        let next = if entities { by_segments(&text)? } else { fixed(&text, true)? };
        if next == text {
            break;
        }
        text = next;
    }
    let once = htmlize::unescape(text.as_str()).into_owned();
    Some(htmlize::unescape(once.as_str()).into_owned())
}

/// Each line by itself; from the first with `<` on, entities stay.
fn by_segments(text: &str) -> Option<String> {
    let mut entities = true;
    let lines = text.split_inclusive('\n').map(|line| {
        entities = entities && !line.contains('<');
        fixed(line, entities)
    });
    lines.collect()
}

/// The steps of one round, in ftfy's order.
fn fixed(text: &str, entities: bool) -> Option<String> {
    static ENTITY: LazyLock<Regex> = LazyLock::new(|| pattern("&#?[0-9A-Za-z]{1,24};"));
    static ESCAPE: LazyLock<Regex> = LazyLock::new(|| pattern("\u{1b}\\[[0-9;]*[a-zA-Z]"));
    let text = if entities { ENTITY.replace_all(text, entity) } else { Cow::Borrowed(text) };
    if misread(&text) {
        return None;
    }
    let text = text.replace("\r\n", "\n");
    let text: String = text.chars().flat_map(substitute).collect();
    let text = ESCAPE.replace_all(&text, "");
    Some(text.chars().filter(|c| !control(*c)).nfc().collect())
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the constant pattern is well formed")
}

/// An entity that ends in a semicolon, perhaps in capitals throughout.
fn entity(found: &Captures) -> String {
    let entity = &found[0];
    let plain = htmlize::unescape(entity);
    if plain != entity {
        return if plain.contains(';') && !entity.ends_with("semi;") { entity.to_owned() } else { plain.into_owned() };
    }
    let lower = entity.to_ascii_lowercase();
    let small = htmlize::unescape(lower.as_str());
    let capitals = entity == entity.to_ascii_uppercase() && small != lower && !entity.starts_with("&#");
    if capitals { small.to_uppercase() } else { entity.to_owned() }
}

/// Whether the text as a whole is UTF-8 that was read in another encoding, or holds a part that was read in Latin-1,
/// Windows-1252 or 1254, or what only such an accident leaves.
fn misread(text: &str) -> bool {
    let whole = |encoding: &str| {
        let bytes: Option<Vec<u8>> = text.chars().map(|c| byte(c, encoding)).collect();
        bytes.is_some_and(|bytes| !bytes.is_ascii() && std::str::from_utf8(&bytes).is_ok())
    };
    let western = |c| [0, 1, 5].into_iter().find_map(|at| byte(c, ENCODINGS[at]));
    let bytes: Vec<Option<u8>> = text.chars().map(western).collect();
    let continues = |at: usize| matches!(bytes.get(at), Some(Some(0x80..=0xbf)));
    let begins = |(at, byte): (usize, &Option<u8>)| match byte {
        Some(0xc2..=0xdf) => continues(at + 1),
        Some(0xe0..=0xef) => continues(at + 1) && continues(at + 2),
        Some(0xf0..=0xf4) => (1..=3).all(|next| continues(at + next)),
        _ => false,
    };
    let accident = |c| matches!(c, '\u{80}'..='\u{9f}') && c != '\u{85}';
    bytes.iter().enumerate().any(begins)
        || text.contains(accident)
        || ENCODINGS[2..].iter().any(|encoding| whole(encoding))
}

/// The byte of a character in an encoding.
fn byte(c: char, encoding: &str) -> Option<u8> {
    match u32::from(c) {
        ascii @ 0..=0x7f => Some(ascii as u8),
        _ => encoding.chars().position(|known| known == c).map(|at| 0x80 + at as u8),
    }
}

/// What the bytes from 80 on are in the encodings of one byte a character in which UTF-8 is read by mistake: Latin-1, Windows-1252,
/// 1251, 1250, 1253, 1254 and 1257, Latin-2, Mac Roman, code page 437. Bytes that an encoding leaves open are control characters.
const ENCODINGS: [&str; 10] = [
    "\u{80}\u{81}\u{82}\u{83}\u{84}\u{85}\u{86}\u{87}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{8d}\u{8e}\u{8f}\u{90}\
     \u{91}\u{92}\u{93}\u{94}\u{95}\u{96}\u{97}\u{98}\u{99}\u{9a}\u{9b}\u{9c}\u{9d}\u{9e}\u{9f}\u{a0}¡¢£¤¥¦§¨\
     ©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄ\
     ÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
    "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕїАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШ\
     ЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя",
    "€\u{81}‚\u{83}„…†‡\u{88}‰Š‹ŚŤŽŹ\u{90}‘’“”•–—\u{98}™š›śťžź\u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľżŔÁÂĂÄ\
     ĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
    "€\u{81}‚ƒ„…†‡\u{88}‰\u{8a}‹\u{8c}\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}\u{9d}\u{9e}\u{9f}\
     \u{a0}΅Ά£¤¥¦§¨©ª«¬\u{ad}®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡÒΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύ\
     ώÿ",
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}\u{9e}Ÿ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º\
     »¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ",
    "€\u{81}‚\u{83}„…†‡\u{88}‰\u{8a}‹\u{8c}¨ˇ¸\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}¯˛\u{9f}\u{a0}¡¢£¤¥¦§Ø©Ŗ«¬\
     \u{ad}®Æ°±²³´µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙",
    "\u{80}\u{81}\u{82}\u{83}\u{84}\u{85}\u{86}\u{87}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{8d}\u{8e}\u{8f}\u{90}\
     \u{91}\u{92}\u{93}\u{94}\u{95}\u{96}\u{97}\u{98}\u{99}\u{9a}\u{9b}\u{9c}\u{9d}\u{9e}\u{9f}\u{a0}Ą˘Ł¤ĽŚ§¨\
     ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
    "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚\
     „‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ",
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτ\
     ΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
];

/// Ligatures, wide and narrow forms, curly quotes and line ends as plain characters.
fn substitute(c: char) -> impl Iterator<Item = char> {
    let text = match c {
        'Ĳ' => "IJ",
        'ĳ' => "ij",
        'ŉ' => "ʼn",
        'Ǳ' => "DZ",
        'ǲ' => "Dz",
        'ǳ' => "dz",
        'Ǆ' => "DŽ",
        'ǅ' => "Dž",
        'ǆ' => "dž",
        'Ǉ' => "LJ",
        'ǈ' => "Lj",
        'ǉ' => "lj",
        'Ǌ' => "NJ",
        'ǋ' => "Nj",
        'ǌ' => "nj",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' => "ſt",
        'ﬆ' => "st",
        '\u{2bc}' | '\u{2018}'..='\u{201b}' => "'",
        '\u{201c}'..='\u{201f}' => "\"",
        '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => "\n",
        '\u{3000}' => " ",
        _ => "",
    };
    // Widths: what compatibility decomposes of the block of half and full forms.
    let wide = matches!(c, '\u{ff01}'..='\u{ffef}');
    let one = (text.is_empty() && !wide).then_some(c);
    let plain = wide.then(|| std::iter::once(c).nfkc()).into_iter().flatten();
    one.into_iter().chain(text.chars()).chain(plain)
}

/// Characters that nobody means to write.
fn control(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{206a}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_has_all_its_bytes() {
        assert!(ENCODINGS.iter().all(|encoding| encoding.chars().count() == 128));
    }

    #[test]
    fn what_clip_sees() {
        for (text, seen) in [
            ("the dog’s ball", "the dog's ball"),
            ("Tom &amp; Jerry", "tom & jerry"),
            ("Tom &amp;amp; Jerry", "tom & jerry"),
            ("a <b>&lt;3</b>", "a <b><3</b>"),
            ("cafe\u{301}", "café"),
            ("a ﬁsh", "a fish"),
            ("a ＳＴＯＰ sign", "a stop sign"),
            ("“so”  \t said", "\"so\" said"),
            ("P&EACUTE;REZ", "pérez"),
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("a\u{feff}b\u{7}c", "abc"),
            ("&lt;tag&gt; &copy", "<tag> ©"),
            ("Ｕﾀｰﾝ", "uターン"),
            ("ÉTÉ", "été"),
        ] {
            assert_eq!(clip(text).as_deref(), Some(seen), "{text}");
        }
        for text in ["cafÃ©", "Itâ€™s", "\u{92}"] {
            assert_eq!(clip(text), None, "{text}");
        }
    }
}
