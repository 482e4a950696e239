//! Parquet: flat columns of numbers, truth values and texts, uncompressed or in Snappy, read page by page.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use parquet::{
    basic::{Compression, Repetition},
    file::{
        metadata::ParquetMetaData,
        reader::{FileReader, SerializedFileReader},
    },
    record::Field,
    schema::types::{Type, TypePtr},
};

use super::{
    Described, Found, IntakeFault, MAX_NUMBER_BYTES, MAX_SAMPLES, UploadedFile, format, pages,
    table::{self, Builder, Chosen},
};

/// Longest footer: the crate sets aside some hundred times its size for what it may list.
const MAX_FOOTER: u32 = 1 << 20;

/// Reads the table. Whatever the crate trips over in a damaged file is a fault of the file.
pub(super) fn read(file: &UploadedFile<'_>, described: &Described) -> Result<Found, IntakeFault> {
    let damaged = || IntakeFault::Damaged { file: file.name.to_owned() };
    let mut opened = format::open(file)?;
    if footer(&mut opened).is_none_or(|length| length > MAX_FOOTER) {
        return Err(damaged());
    }
    catch_unwind(AssertUnwindSafe(|| table(opened, described, file.name))).unwrap_or_else(|_| Err(damaged()))
}

/// The length that the file says its footer has: the four bytes before the last four.
fn footer(file: &mut File) -> Option<u32> {
    let mut length = [0; 4];
    file.seek(SeekFrom::End(-8)).ok()?;
    file.read_exact(&mut length).ok()?;
    Some(u32::from_le_bytes(length))
}

fn table(opened: File, described: &Described, file: &str) -> Result<Found, IntakeFault> {
    let damaged = || IntakeFault::Damaged { file: file.to_owned() };
    let mut raw = opened.try_clone().map_err(|error| format::unreadable(file, &error))?;
    let reader = SerializedFileReader::new(opened).map_err(|_| damaged())?;
    let metadata = reader.metadata();
    let root = metadata.file_metadata().schema_descr().root_schema().get_fields().to_vec();
    let header: Vec<String> = root.iter().map(|field| field.name().to_owned()).collect();
    let chosen = table::choose(&header, described, file)?;
    let used: Vec<usize> = chosen.features.iter().copied().chain([chosen.label]).collect();
    for field in used.iter().filter_map(|place| root.get(*place)) {
        check_type(field, file)?;
    }
    check_sizes(&mut raw, metadata, &header, &used, file)?;
    let mut builder = Builder::new(chosen.clone(), &header, file);
    rows(&reader, (&root, &header), &chosen, &mut builder, file)?;
    builder.finish()
}

fn check_type(field: &TypePtr, file: &str) -> Result<(), IntakeFault> {
    let info = field.get_basic_info();
    let is_flat = field.is_primitive() && !(info.has_repetition() && info.repetition() == Repetition::REPEATED);
    if is_flat { Ok(()) } else { Err(column_type(file, field.name(), "lists")) }
}

fn column_type(file: &str, column: &str, found: &str) -> IntakeFault {
    IntakeFault::ColumnType { file: file.to_owned(), column: column.to_owned(), found: found.to_owned() }
}

/// Compares what the footer and the pages declare with our bounds and with the file.
fn check_sizes(
    raw: &mut File,
    metadata: &ParquetMetaData,
    header: &[String],
    used: &[usize],
    file: &str,
) -> Result<(), IntakeFault> {
    let damaged = || IntakeFault::Damaged { file: file.to_owned() };
    let length = raw.metadata().map_err(|error| format::unreadable(file, &error))?.len();
    let (mut rows, mut bytes) = (0_u64, 0_u64);
    for group in metadata.row_groups() {
        rows = rows.saturating_add(u64::try_from(group.num_rows()).map_err(|_| damaged())?);
        for chunk in group.columns() {
            let parts = chunk.column_path().parts();
            let is_used = used.iter().any(|place| header.get(*place) == parts.first());
            if !is_used {
                continue;
            }
            if !matches!(chunk.compression(), Compression::UNCOMPRESSED | Compression::SNAPPY) {
                return Err(IntakeFault::Compression {
                    file: file.to_owned(),
                    found: format!("{:?}", chunk.compression_codec()),
                });
            }
            let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
            let range = u64::try_from(start).ok().zip(u64::try_from(chunk.compressed_size()).ok());
            let (start, size) = range.ok_or_else(damaged)?;
            let end = start.checked_add(size).filter(|end| *end <= length).ok_or_else(damaged)?;
            bytes = bytes.saturating_add(pages::unpacked(raw, start, end).ok_or_else(damaged)?);
        }
    }
    if rows > MAX_SAMPLES as u64 {
        let found = usize::try_from(rows).unwrap_or(usize::MAX);
        return Err(IntakeFault::TooManySamples { file: file.to_owned(), found, limit: MAX_SAMPLES });
    }
    if bytes > MAX_NUMBER_BYTES as u64 {
        return Err(IntakeFault::TooManyNumbers { file: file.to_owned(), limit: MAX_NUMBER_BYTES >> 20 });
    }
    Ok(())
}

fn rows(
    reader: &SerializedFileReader<File>,
    (root, header): (&[TypePtr], &[String]),
    chosen: &Chosen,
    builder: &mut Builder,
    file: &str,
) -> Result<(), IntakeFault> {
    let damaged = |_| IntakeFault::Damaged { file: file.to_owned() };
    // Rows come in the order of the file; each cell goes to its place among the features, the label to the last.
    let wanted: Vec<usize> = chosen.features.iter().copied().chain([chosen.label]).collect();
    let mut places: Vec<usize> = wanted.clone();
    places.sort_unstable();
    let order: Vec<usize> =
        wanted.iter().filter_map(|place| places.iter().position(|sorted| sorted == place)).collect();
    let fields: Vec<TypePtr> = places.iter().filter_map(|place| root.get(*place)).map(Arc::clone).collect();
    // The crate compares the name too, and writers choose it freely.
    let name = reader.metadata().file_metadata().schema_descr().root_schema().name();
    let projection = Type::group_type_builder(name).with_fields(fields).build().map_err(damaged)?;
    let groups = reader.metadata().row_groups();
    for (index, declared) in groups.iter().enumerate() {
        let group = reader.get_row_group(index).map_err(damaged)?;
        let mut count = 0_i64;
        for row in group.get_row_iter(Some(projection.clone())).map_err(damaged)? {
            let row = row.map_err(damaged)?;
            let mut cells = Vec::with_capacity(places.len());
            for ((_, field), place) in row.get_column_iter().zip(&places) {
                let name = header.get(*place).map(String::as_str).unwrap_or_default();
                cells.push(cell(field).map_err(|found| column_type(file, name, found))?);
            }
            let mut ordered = order.iter().map(|place| cells.get(*place).map(String::as_str).unwrap_or_default());
            let label = ordered.next_back().unwrap_or_default();
            builder.push(label, ordered)?;
            count += 1;
        }
        if count != declared.num_rows() {
            return Err(IntakeFault::Damaged { file: file.to_owned() });
        }
    }
    Ok(())
}

/// A cell as a table in text would hold it; numbers are written in the fewest digits that tell them apart.
fn cell(field: &Field) -> Result<String, &'static str> {
    Ok(match field {
        Field::Null => String::new(),
        Field::Bool(value) => u8::from(*value).to_string(),
        Field::Byte(value) => value.to_string(),
        Field::Short(value) => value.to_string(),
        Field::Int(value) => value.to_string(),
        Field::Long(value) => value.to_string(),
        Field::UByte(value) => value.to_string(),
        Field::UShort(value) => value.to_string(),
        Field::UInt(value) => value.to_string(),
        Field::ULong(value) => value.to_string(),
        Field::Float16(value) => value.to_string(),
        Field::Float(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Str(value) => value.clone(),
        Field::Bytes(_) => return Err("bytes"),
        Field::Decimal(_) => return Err("decimals"),
        Field::Date(_)
        | Field::TimeMillis(_)
        | Field::TimeMicros(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_) => return Err("times"),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => return Err("lists"),
    })
}
