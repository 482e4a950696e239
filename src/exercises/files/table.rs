//! CSV (RFC 4180) in UTF-8 with a header line: named columns of numbers or texts.

use super::{Array, Values};

/// Most cells that are kept of a table.
const MAX_CELLS: usize = 50_000_000;

/// Reads the named columns: whole numbers if every cell is one, else numbers, else texts; texts only
/// where it is one column. At most the first `most` rows.
pub(super) fn read(bytes: &[u8], columns: &[String], most: Option<usize>) -> Result<Array, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| format!("the header line cannot be read: {error}"))?.clone();
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let mut found = header.iter().enumerate().filter(|(_, name)| name == column);
        let (place, _) = found.next().ok_or_else(|| format!("there is no column {column:?}"))?;
        if found.next().is_some() {
            return Err(format!("there are two columns {column:?}"));
        }
        places.push(place);
    }
    let mut cells: Vec<String> = Vec::new();
    let mut rows = 0;
    for record in reader.records().take(most.unwrap_or(usize::MAX)) {
        let record = record.map_err(|error| error.to_string())?;
        rows += 1;
        cells.extend(places.iter().map(|&place| record.get(place).unwrap_or_default().to_owned()));
        if cells.len() > MAX_CELLS {
            return Err(format!("the table has more than {MAX_CELLS} cells"));
        }
    }
    let dims = if columns.len() == 1 { vec![rows] } else { vec![rows, columns.len()] };
    let values = typed(cells);
    match values {
        Values::Texts(ref texts) if columns.len() > 1 => Err(not_a_number(texts, columns)),
        Values::Bytes(_) | Values::Integers(_) | Values::Floats(_) | Values::Texts(_) => Ok(Array { dims, values }),
    }
}

fn typed(cells: Vec<String>) -> Values {
    if let Ok(integers) = cells.iter().map(|cell| cell.trim().parse()).collect() {
        return Values::Integers(integers);
    }
    let float = |cell: &String| cell.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    match cells.iter().map(float).collect() {
        Some(floats) => Values::Floats(floats),
        None => Values::Texts(cells),
    }
}

fn not_a_number(cells: &[String], columns: &[String]) -> String {
    let wrong = cells.iter().position(|cell| cell.trim().parse::<f64>().ok().is_none_or(|value| !value.is_finite()));
    let place = wrong.unwrap_or(0);
    let (row, column) = (place / columns.len().max(1), columns.get(place % columns.len().max(1)));
    let cell = cells.get(place).map(String::as_str).unwrap_or_default();
    format!(
        "row {}, column {:?}: {cell:?} is not a finite number",
        row + 1,
        column.map(String::as_str).unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn columns_are_found_by_name_and_typed_by_their_cells() {
        let csv = "id,a,b,text\n1,0.5,2,\"well, yes\"\n2,1e-3,3,证书\n";
        let read = |names: &[&str]| read(csv.as_bytes(), &columns(names), None).unwrap();
        assert_eq!(read(&["b", "a"]), Array { dims: vec![2, 2], values: Values::Floats(vec![2.0, 0.5, 3.0, 1e-3]) });
        assert_eq!(read(&["id"]), Array { dims: vec![2], values: Values::Integers(vec![1, 2]) });
        assert_eq!(read(&["text"]).values, Values::Texts(vec!["well, yes".into(), "证书".into()]));
    }

    #[test]
    fn a_fault_names_its_row_and_column() {
        let fault = |csv: &str, names: &[&str]| read(csv.as_bytes(), &columns(names), None).unwrap_err();
        assert!(fault("a,b\n1,2\n", &["c"]).contains("no column \"c\""));
        assert!(fault("a,a\n1,2\n", &["a"]).contains("two columns"));
        assert_eq!(fault("a,b\n1,2\n3,x\n", &["a", "b"]), "row 2, column \"b\": \"x\" is not a finite number");
        assert!(fault("a,b\n1,2\n3,NaN\n", &["a", "b"]).contains("\"NaN\""));
        assert!(fault("a,b\n1\n", &["a", "b"]).contains("fields"));
    }
}
