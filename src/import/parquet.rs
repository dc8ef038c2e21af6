//! Parquet, as the JSON Lines that everything else reads.
//!
//! Binary columns, such as the bytes of images, are not read; of an image that is kept with its path the path is.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use num_bigint::{BigInt, Sign};
use parquet::basic::{Compression, ConvertedType, LogicalType, Type as Physical};
use parquet::column::page::Page;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Value, json};

use crate::report::{Code, Diagnostic, quoted};

/// Whether the bytes are those of a Parquet file.
pub fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1")
}

/// The rows of a file, an object a line.
///
/// Errors: [`Code::DataTruncated`] for a file that breaks off, is damaged or contradicts itself, [`Code::DataShape`] for two
/// columns of one name, [`Code::DataSyntax`] for a compression that is not read, [`Code::FileTooLarge`] past `limit` bytes,
/// unpacked or as lines.
pub fn lines(name: &str, bytes: Vec<u8>, limit: u64) -> Result<String, Diagnostic> {
    let bytes = Bytes::from(bytes);
    // What other writers get wrong the reader may take for a fault of its own.
    let read = catch_unwind(AssertUnwindSafe(|| rows(bytes, limit)));
    let damaged = |what: String| {
        Diagnostic::new(Code::DataTruncated, format!("{name} cannot be read as Parquet: {what}"))
            .help("the file may be truncated; get it again, or write it anew")
    };
    match read {
        Ok(Ok(lines)) => Ok(lines),
        Ok(Err(Failed::Reading(error))) => Err(damaged(error.to_string())),
        Ok(Err(Failed::At(row, error))) => Err(damaged(format!("row {row}: {error}"))),
        Ok(Err(Failed::Limit)) => {
            Err(Diagnostic::new(Code::FileTooLarge, format!("{name} is more than {limit} bytes when it is unpacked")))
        }
        Ok(Err(Failed::Twice(column))) => {
            let message = format!("{name} has two columns called {}", quoted(&column));
            Err(Diagnostic::new(Code::DataShape, message).help("give one of them another name"))
        }
        Ok(Err(Failed::Compression(what))) => {
            let message = format!("{name} is compressed with {what} inside, which is not read");
            Err(Diagnostic::new(Code::DataSyntax, message).help(
                "write it anew with zstd, snappy or gzip, for example \
                 pandas.read_parquet('old.parquet').to_parquet('new.parquet', compression='zstd')",
            ))
        }
        Err(_) => Err(damaged("its pages contradict its description".to_owned())),
    }
}

/// Why there are no lines.
enum Failed {
    Reading(ParquetError),
    /// In this row, from 1.
    At(usize, ParquetError),
    Limit,
    /// Two columns have this name.
    Twice(String),
    /// This compression is not read.
    Compression(&'static str),
}

impl From<ParquetError> for Failed {
    fn from(error: ParquetError) -> Failed {
        Failed::Reading(error)
    }
}

fn rows(bytes: Bytes, limit: u64) -> Result<String, Failed> {
    let reader = SerializedFileReader::new(bytes)?;
    let schema = reader.metadata().file_metadata().schema().clone();
    if let Some(name) = twice(&schema) {
        return Err(Failed::Twice(name));
    }
    // Old writers do not say which bytes are text.
    let told = leaves(&schema).any(is_text);
    let Some(kept) = kept(&Arc::new(schema), told)? else { return Ok(String::new()) };
    can_be_unpacked(reader.metadata(), told)?;
    within(&reader, told, limit)?;
    let mut lines = String::new();
    for (at, row) in reader.get_row_iter(Some(kept.as_ref().clone()))?.enumerate() {
        let row = row.map_err(|error| Failed::At(at + 1, error))?;
        lines += &object(&row).to_string();
        lines.push('\n');
        if lines.len() as u64 > limit {
            return Err(Failed::Limit);
        }
    }
    Ok(lines)
}

/// A name that two columns side by side have.
fn twice(of: &Type) -> Option<String> {
    let fields = if of.is_group() { of.get_fields() } else { &[] };
    let mut seen = HashSet::new();
    let again = fields.iter().find(|field| !seen.insert(field.name()));
    again.map(|field| field.name().to_owned()).or_else(|| fields.iter().find_map(|field| twice(field)))
}

/// Whether all columns that will be read are compressed in a way that is read.
fn can_be_unpacked(metadata: &ParquetMetaData, told: bool) -> Result<(), Failed> {
    let columns = metadata.row_groups().iter().flat_map(|group| group.columns());
    for column in columns.filter(|column| is_kept(column.column_descr().self_type(), told)) {
        let what = match column.compression() {
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => continue,
            Compression::BROTLI(_) => "Brotli",
            Compression::LZ4 | Compression::LZ4_RAW => "LZ4",
            Compression::LZO => "LZO",
        };
        return Err(Failed::Compression(what));
    }
    Ok(())
}

/// Refuses pages of more than the limit, dictionaries with more entries than bytes, and columns that have not the rows that the
/// file says it has: the reader would lose some, or make some up.
fn within(reader: &SerializedFileReader<Bytes>, told: bool, limit: u64) -> Result<(), Failed> {
    let mut room = limit;
    let contradicts = |what: &str| Failed::Reading(ParquetError::General(what.to_owned()));
    let mut rows = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        rows += group.metadata().num_rows();
        for column in 0..group.num_columns() {
            let described = group.metadata().column(column).column_descr();
            if !is_kept(described.self_type(), told) {
                continue;
            }
            let mut pages = group.get_column_page_reader(column)?;
            let mut values = 0;
            while let Some(page) = pages.get_next_page()? {
                let length = page.buffer().len() as u64;
                match page {
                    Page::DictionaryPage { .. } if u64::from(page.num_values()) > length => {
                        return Err(contradicts("a dictionary has more entries than bytes"));
                    }
                    Page::DictionaryPage { .. } => {}
                    _ => values += i64::from(page.num_values()),
                }
                room = room.checked_sub(length).ok_or(Failed::Limit)?;
            }
            let all = group.metadata().num_rows();
            // A row has a value in each column, if only a null; in a list one or several.
            if values < all || values > all && described.max_rep_level() == 0 {
                return Err(contradicts("a column has another number of values than the file has rows"));
            }
        }
    }
    match rows == reader.metadata().file_metadata().num_rows() {
        true => Ok(()),
        false => Err(contradicts("its parts have another number of rows than the whole")),
    }
}

/// The columns below a type.
fn leaves(of: &Type) -> Box<dyn Iterator<Item = &Type> + '_> {
    match of.is_group() {
        true => Box::new(of.get_fields().iter().flat_map(|field| leaves(field))),
        false => Box::new(std::iter::once(of)),
    }
}

fn is_text(leaf: &Type) -> bool {
    let info = leaf.get_basic_info();
    matches!(info.converted_type(), ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON)
        || matches!(info.logical_type_ref(), Some(LogicalType::String | LogicalType::Enum | LogicalType::Json))
}

/// Whether a column is read: `told` says that the file tells which bytes are text.
fn is_kept(leaf: &Type, told: bool) -> bool {
    match leaf.get_physical_type() {
        _ if leaf.get_basic_info().converted_type() == ConvertedType::DECIMAL => true,
        Physical::INT96 | Physical::FIXED_LEN_BYTE_ARRAY => false,
        Physical::BYTE_ARRAY => is_text(leaf) || !told,
        _ => true,
    }
}

/// The type without the columns that are not read; `None` if none is left.
fn kept(of: &TypePtr, told: bool) -> Result<Option<TypePtr>, ParquetError> {
    if !of.is_group() {
        return Ok(is_kept(of, told).then(|| of.clone()));
    }
    let fields = of.get_fields().iter().map(|field| kept(field, told)).collect::<Result<Vec<_>, _>>()?;
    let fields: Vec<TypePtr> = fields.into_iter().flatten().collect();
    if fields.is_empty() {
        return Ok(None);
    }
    let info = of.get_basic_info();
    let mut group = Type::group_type_builder(of.name())
        .with_converted_type(info.converted_type())
        .with_logical_type(info.logical_type_ref().cloned())
        .with_fields(fields);
    if info.has_repetition() {
        group = group.with_repetition(info.repetition());
    }
    Ok(Some(Arc::new(group.build()?)))
}

fn object(row: &Row) -> Value {
    Value::Object(row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect::<Map<_, _>>())
}

fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => json!(value),
        Field::Byte(value) => json!(value),
        Field::Short(value) => json!(value),
        Field::Int(value) => json!(value),
        Field::Long(value) => json!(value),
        Field::UByte(value) => json!(value),
        Field::UShort(value) => json!(value),
        Field::UInt(value) => json!(value),
        Field::ULong(value) => json!(value),
        Field::Float(value) => json!(value),
        Field::Double(value) => json!(value),
        Field::Str(text) => json!(text),
        Field::Bytes(bytes) => bytes.as_utf8().map_or(Value::Null, |text| json!(text)),
        // An image: its bytes are not read, and its name is all that is left.
        Field::Group(row) if row.len() == 1 && row.get_column_iter().all(|(name, _)| name == "path") => {
            row.get_column_iter().next().map_or(Value::Null, |(_, path)| value(path))
        }
        Field::Group(row) => object(row),
        Field::ListInternal(list) => Value::Array(list.elements().iter().map(value).collect()),
        Field::MapInternal(map) => {
            let text = |key: &Field| if let Field::Str(text) = key { text.clone() } else { key.to_string() };
            Value::Object(map.entries().iter().map(|(key, entry)| (text(key), value(entry))).collect())
        }
        Field::Decimal(number) => json!(decimal(number.data(), number.scale())),
        Field::Date(days) => json!(date((*days).into())),
        Field::TimeMillis(time) => json!(clock((*time).into(), 1_000)),
        Field::TimeMicros(time) => json!(clock(*time, 1_000_000)),
        Field::TimestampMillis(time) => json!(moment(*time, 1_000)),
        Field::TimestampMicros(time) => json!(moment(*time, 1_000_000)),
        Field::Float16(number) => json!(f32::from(*number)),
    }
}

/// A number whose digits are big-endian bytes, with so many of them after the point.
fn decimal(bytes: &[u8], scale: i32) -> Option<String> {
    let scale = usize::try_from(scale).ok().filter(|scale| *scale <= 1_000)?;
    let number = BigInt::from_signed_bytes_be(bytes);
    let digits = format!("{:0>1$}", number.magnitude(), scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if number.sign() == Sign::Minus { "-" } else { "" };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// A day by its number from the first of January 1970, however far from it: writers put anything there.
fn date(days: i64) -> String {
    // Years begin in March here, so that the day that not every year has is the last; 146,097 days are 400 years.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    format!("{:04}-{month:02}-{day:02}", year + 400 * era + i64::from(month <= 2))
}

/// A time of day; anything outside one as its number.
fn clock(time: i64, a_second: i64) -> String {
    let seconds = time.div_euclid(a_second);
    if !(0..86_400).contains(&seconds) {
        return time.to_string();
    }
    let part = time.rem_euclid(a_second);
    let digits = a_second.to_string().len() - 1;
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if part == 0 { clock } else { format!("{clock}.{part:0digits$}") }
}

fn moment(time: i64, a_second: i64) -> String {
    let day = 86_400 * a_second;
    format!("{} {}", date(time.div_euclid(day)), clock(time.rem_euclid(day), a_second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_times_and_decimals_of_any_size() {
        let days = [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (-719_528, "0000-01-01"),
        ];
        days.iter().for_each(|&(day, shown)| assert_eq!(date(day), shown));
        for far in [i64::from(i32::MAX), i64::from(i32::MIN)] {
            assert!(date(far).ends_with(if far > 0 { "5881580-07-11" } else { "-06-23" }), "{}", date(far));
        }
        assert_eq!((clock(3_723_004, 1_000), clock(-5, 1_000)), ("01:02:03.004".into(), "-5".into()));
        assert_eq!(moment(951_782_400_000_001, 1_000_000), "2000-02-29 00:00:00.000001");
        let _ = (moment(i64::MAX, 1_000), moment(i64::MIN, 1_000));
        for (bytes, scale, shown) in [
            (&[0x04, 0xd2][..], 2, "12.34"),
            (&[0xff], 2, "-0.01"),
            (&[0x07], 0, "7"),
            (&[], 3, "0.000"),
            (&[0x80, 0, 0, 0, 0, 0, 0, 0, 0], 1, "-236118324143482260684.8"),
        ] {
            assert_eq!(decimal(bytes, scale).as_deref(), Some(shown));
        }
        assert_eq!(decimal(&[1], -1), None);
    }
}
