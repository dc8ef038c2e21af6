//! Parquet files as odd as their writers make them: one bad value is one bad value, and what is refused is said.

use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use scotoma::import::unpack;
use serde_json::Value;

use crate::common::{expect, scotoma, text, write};

/// A column of required values.
enum Column {
    Text(Vec<&'static str>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Fixed(Vec<Vec<u8>>),
}

/// A file of these columns, as the schema has them.
fn made(fields: &str, columns: &[Column], compression: Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message schema {{ {fields} }}")).unwrap());
    let how = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, how).unwrap();
    let mut group = file.next_row_group().unwrap();
    for column in columns {
        let mut writer = group.next_column().unwrap().unwrap();
        match column {
            Column::Text(values) => {
                let values: Vec<ByteArray> = values.iter().map(|text| ByteArray::from(*text)).collect();
                writer.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
            }
            Column::Int32(values) => drop(writer.typed::<Int32Type>().write_batch(values, None, None).unwrap()),
            Column::Int64(values) => drop(writer.typed::<Int64Type>().write_batch(values, None, None).unwrap()),
            Column::Fixed(values) => {
                let values: Vec<FixedLenByteArray> =
                    values.iter().map(|bytes| FixedLenByteArray::from(bytes.clone())).collect();
                writer.typed::<FixedLenByteArrayType>().write_batch(&values, None, None).unwrap();
            }
        }
        writer.close().unwrap();
    }
    group.close().unwrap();
    file.into_inner().unwrap()
}

const TEXTS: &str = "required binary caption (UTF8); required binary negative (UTF8);";

fn texts() -> [Column; 2] {
    let negatives = vec!["a dog on a cat", "a blue cup", "three birds"];
    [Column::Text(vec!["a cat on a dog", "a red cup", "two birds"]), Column::Text(negatives)]
}

fn with(fields: &str, column: Column) -> Vec<u8> {
    let [captions, negatives] = texts();
    made(&format!("{TEXTS} {fields}"), &[captions, negatives, column], Compression::UNCOMPRESSED)
}

fn lines(bytes: Vec<u8>) -> Vec<Value> {
    let read = unpack("x.parquet", bytes, 1 << 20).unwrap().bytes;
    text(&read).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn values_of_any_size_are_values() {
    for (fields, column, shown) in [
        (
            "required int32 x (DATE);",
            Column::Int32(vec![0, i32::MAX, i32::MIN]),
            ["1970-01-01", "5881580-07-11", "-5877641-06-23"],
        ),
        ("required int32 x (TIME_MILLIS);", Column::Int32(vec![1, i32::MAX, -1]), ["00:00:00.001", "2147483647", "-1"]),
        (
            "required int64 x (TIMESTAMP_MICROS);",
            Column::Int64(vec![0, i64::MAX, i64::MIN]),
            ["1970-01-01 00:00:00", "294247-01-10 04:00:54.775807", "-290308-12-21 19:59:05.224192"],
        ),
        ("required int32 x (DECIMAL(4, 2));", Column::Int32(vec![1234, -5, 0]), ["12.34", "-0.05", "0.00"]),
        // As many digits after the point as there are.
        (
            "required int64 x (DECIMAL(18, 18));",
            Column::Int64(vec![1, -1, 0]),
            ["0.000000000000000001", "-0.000000000000000001", "0.000000000000000000"],
        ),
        (
            "required fixed_len_byte_array(3) x (DECIMAL(6, 1));",
            Column::Fixed(vec![vec![0, 0, 15], vec![255, 255, 255], vec![127, 255, 255]]),
            ["1.5", "-0.1", "838860.7"],
        ),
    ] {
        let read = lines(with(fields, column));
        assert_eq!(read.iter().map(|line| line["x"].as_str().unwrap()).collect::<Vec<_>>(), shown, "{fields}");
    }
}

#[test]
fn a_decimal_is_a_cost() {
    let folder = tempfile::tempdir().unwrap();
    let price = Column::Fixed(vec![vec![0, 15], vec![0, 7], vec![0, 9]]);
    write(folder.path(), "p.parquet", with("required fixed_len_byte_array(2) price (DECIMAL(4, 1));", price));
    let out = expect(folder.path(), &["mine", "p.parquet", "--cost-column", "price", "--out", "m"], 0);
    for cost in ["3/2", "7/10", "9/10"] {
        assert!(out.contains(cost), "{out}");
    }
}

fn refused(folder: &Path, bytes: Vec<u8>) -> String {
    write(folder, "x.parquet", bytes);
    let output = scotoma(folder, &["edits", "x.parquet"]);
    assert_eq!(output.status.code(), Some(3));
    // No word of the library's own faults.
    assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
    text(&output.stderr)
}

#[test]
fn what_is_refused_says_why_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let [captions, negatives] = texts();
    let twice = with("required binary caption (UTF8);", Column::Text(vec!["x", "y", "z"]));
    assert!(refused(folder.path(), twice).contains("x.parquet has two columns called \"caption\""));
    // The file of another compression: its number stands in the description of each column.
    let plain = made(TEXTS, &[captions, negatives], Compression::SNAPPY);
    // Field 4 of the description, an enum in zigzag: SNAPPY 1, BROTLI 4, LZ4 5, LZ4_RAW 7.
    let snappy = |name: &[u8]| [name, &[0x15, 0x02, 0x16]].concat();
    let names: [&[u8]; 2] = [b"caption", b"negative"];
    for (number, name) in [(8u8, "Brotli"), (10, "LZ4"), (14, "LZ4")] {
        let mut changed = plain.clone();
        for column in names {
            let at =
                changed.windows(column.len() + 3).rposition(|w| w == snappy(column)).expect("the codec after the path");
            changed[at + column.len() + 1] = number;
        }
        let said = refused(folder.path(), changed);
        assert!(
            said.contains(&format!("compressed with {name} inside")) && said.contains("compression='zstd'"),
            "{said}"
        );
    }
}

/// Whatever byte is changed, and however, rows are neither lost nor made up.
#[test]
fn no_changed_byte_changes_the_number_of_rows() {
    let [captions, negatives] = texts();
    let whole = made(TEXTS, &[captions, negatives], Compression::UNCOMPRESSED);
    let (mut refused, mut read) = (0, 0);
    for at in 4..whole.len() {
        for how in [0x01, 0x02, 0x04, 0x06, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= how;
            match unpack("x.parquet", changed, 1 << 20) {
                Err(_) => refused += 1,
                Ok(unpacked) => {
                    read += 1;
                    let rows = unpacked.bytes.iter().filter(|byte| **byte == b'\n').count();
                    // Without columns that are read there are no rows to count.
                    assert!(rows == 3 || unpacked.bytes.is_empty(), "byte {at} ^ {how:#x}: {rows} rows of 3");
                }
            }
        }
    }
    println!("{refused} refused, {read} read");
    assert!(refused > 0 && read > 0);
}
