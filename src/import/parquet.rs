//! Parquet, as the JSON Lines that everything else reads.
//!
//! Binary columns, such as the bytes of images, are not read; of an image that is kept with its path the path is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::column::page::Page;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Value, json};

use crate::report::{Code, Diagnostic};

/// Whether the bytes are those of a Parquet file.
pub fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1")
}

/// The rows of a file, an object a line.
///
/// Errors: [`Code::DataTruncated`] for a file that breaks off, is damaged or has a compression that is not read,
/// [`Code::FileTooLarge`] past `limit` bytes, unpacked or as lines.
pub fn lines(name: &str, bytes: Vec<u8>, limit: u64) -> Result<String, Diagnostic> {
    let bytes = Bytes::from(bytes);
    // What other writers get wrong the reader may take for a fault of its own.
    let read = catch_unwind(AssertUnwindSafe(|| rows(bytes, limit)));
    let damaged = |what: String| {
        Diagnostic::new(Code::DataTruncated, format!("{name} cannot be read as Parquet: {what}"))
            .help("the file may be truncated; get it again, or write it anew")
    };
    match read {
        Ok(Ok(Some(lines))) => Ok(lines),
        Ok(Ok(None)) => {
            Err(Diagnostic::new(Code::FileTooLarge, format!("{name} is more than {limit} bytes when it is unpacked")))
        }
        Ok(Err(error)) => Err(damaged(error.to_string())),
        Err(_) => Err(damaged("its pages contradict its description".to_owned())),
    }
}

/// The lines; `None` past the limit.
fn rows(bytes: Bytes, limit: u64) -> Result<Option<String>, ParquetError> {
    let reader = SerializedFileReader::new(bytes)?;
    let schema = reader.metadata().file_metadata().schema().clone();
    // Old writers do not say which bytes are text.
    let told = leaves(&schema).any(is_text);
    let Some(kept) = kept(&Arc::new(schema), told)? else { return Ok(Some(String::new())) };
    if !within(&reader, told, limit)? {
        return Ok(None);
    }
    let mut lines = String::new();
    for row in reader.get_row_iter(Some(kept.as_ref().clone()))? {
        lines += &object(&row?).to_string();
        lines.push('\n');
        if lines.len() as u64 > limit {
            return Ok(None);
        }
    }
    Ok(Some(lines))
}

/// Whether the pages that will be read are no more than the limit, and no dictionary has more entries than bytes.
fn within(reader: &SerializedFileReader<Bytes>, told: bool, limit: u64) -> Result<bool, ParquetError> {
    let mut room = limit;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        for column in 0..group.num_columns() {
            if !is_kept(group.metadata().column(column).column_descr().self_type(), told) {
                continue;
            }
            let mut pages = group.get_column_page_reader(column)?;
            while let Some(page) = pages.get_next_page()? {
                let length = page.buffer().len() as u64;
                if matches!(page, Page::DictionaryPage { .. }) && u64::from(page.num_values()) > length {
                    return Err(ParquetError::General("a dictionary has more entries than bytes".to_owned()));
                }
                let Some(left) = room.checked_sub(length) else { return Ok(false) };
                room = left;
            }
        }
    }
    Ok(true)
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
        other => json!(other.to_string()),
    }
}
