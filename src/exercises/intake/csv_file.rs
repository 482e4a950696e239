//! CSV in UTF-8 with a header line: commas, semicolons or tabs between its columns.

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    rc::Rc,
};

use csv::StringRecord;

use super::{
    Described, Found, IntakeFault, UploadedFile,
    format::{self, unreadable},
    table::{self, Builder, Chosen},
};

/// Longest row in bytes, beside what is read ahead.
const MAX_ROW: u64 = 8 << 20;

/// Reads the table.
pub(super) fn read(file: &UploadedFile<'_>, described: &Described) -> Result<Found, IntakeFault> {
    let left = Rc::new(Cell::new(MAX_ROW));
    let mut opened = BufReader::new(format::open(file)?);
    let start = opened.fill_buf().map_err(|error| unreadable(file.name, &error))?;
    let delimiter = delimiter(start);
    let bounded = Bounded { inner: opened, left: Rc::clone(&left) };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bounded);
    let mut record = StringRecord::new();
    if !next(&mut reader, &mut record, &left, (file.name, 0))? {
        return Err(IntakeFault::NoHeader { file: file.name.to_owned() });
    }
    let header: Vec<String> = record.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    if is_row_of_numbers(&header) {
        return Err(IntakeFault::NoHeader { file: file.name.to_owned() });
    }
    let chosen = table::choose(&header, described, file.name)?;
    let Chosen { label, features, .. } = chosen.clone();
    let mut builder = Builder::new(chosen, &header, file.name);
    let mut row = 0;
    while next(&mut reader, &mut record, &left, (file.name, row + 1))? {
        row += 1;
        if record.len() != header.len() {
            let (file, found, expected) = (file.name.to_owned(), record.len() as u64, header.len() as u64);
            return Err(IntakeFault::RowLength { file, row, found, expected });
        }
        let cell = |place: usize| record.get(place).unwrap_or_default();
        builder.push(cell(label), features.iter().map(|place| cell(*place)))?;
    }
    builder.finish()
}

/// The next row, if there is one; `row` is its number, from 1.
fn next(
    reader: &mut csv::Reader<Bounded>,
    record: &mut StringRecord,
    left: &Cell<u64>,
    (file, row): (&str, u64),
) -> Result<bool, IntakeFault> {
    left.set(MAX_ROW);
    reader.read_record(record).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Utf8 { .. } => IntakeFault::NotUtf8 { file: file.to_owned(), line: row + 1 },
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            IntakeFault::LongRow { file: file.to_owned(), row, limit: MAX_ROW >> 20 }
        }
        csv::ErrorKind::Io(error) => unreadable(file, &error),
        _ => IntakeFault::Damaged { file: file.to_owned() },
    })
}

/// Ends with an error where one row asks for more than it may have.
struct Bounded {
    inner: BufReader<File>,
    left: Rc<Cell<u64>>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.inner.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

/// The one that the header line has most of, outside of quotes.
fn delimiter(start: &[u8]) -> u8 {
    let (mut counts, mut is_quoted) = ([(b',', 0), (b';', 0), (b'\t', 0)], false);
    for byte in start {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            byte => counts.iter_mut().filter(|(known, _)| known == byte).for_each(|(_, count)| *count += 1),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    counts.iter().find(|(_, count)| Some(*count) == most).map_or(b',', |(byte, _)| *byte)
}

/// Whether the first line is a row of the data: numbers only, and not 0, 1, 2, … as pandas numbers its columns.
fn is_row_of_numbers(header: &[String]) -> bool {
    let counts = header.iter().enumerate().all(|(place, name)| *name == place.to_string());
    !counts && header.iter().all(|name| name.parse::<f64>().is_ok())
}
