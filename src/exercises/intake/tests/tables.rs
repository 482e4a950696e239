//! CSV and Parquet.

use std::sync::Arc;

use parquet::{
    basic::Compression as Codec,
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use super::*;

fn csv(text: &str) -> Collected {
    reads(&[("table.csv", text.as_bytes())])
}

fn wrong(text: &str) -> IntakeFault {
    fault(&[("table.csv", text.as_bytes())])
}

#[test]
fn commas_semicolons_and_tabs_quotes_and_a_mark_at_the_beginning_are_read() {
    let wanted = Array { dims: vec![2, 2], values: Values::Floats(vec![1.0, 0.5, 3.0, 2.0]) };
    for text in [
        "\u{feff}a,b,Label\n1,0.5,yes\n3,2,no\n",
        "a; b ;Label\r\n1; 0.5;yes\r\n3;2;no",
        "a\tb\tLabel\n1\t0.5\t\"yes\"\n3\t2\tno\n\n",
        ",a,b,Label\n0,1,0.5,yes\n1,3,2,no\n",
    ] {
        let found = csv(text);
        assert_eq!(found.samples, wanted, "{text:?}");
        assert_eq!(found.columns.as_deref(), Some(["a", "b"].map(str::to_owned).as_slice()), "{text:?}");
        assert_eq!(found.label_column.as_deref(), Some("Label"));
        assert_eq!(found.classes.unwrap(), ["no", "yes"]);
    }
}

#[test]
fn columns_can_be_named_and_numbers_and_truth_values_are_typed() {
    let text = "id,a,b,kind,price\n1,3,True,x,10.5\n2,4,False,y,11\n";
    let described =
        Described { label: Some("price".into()), columns: vec!["b".into(), "a".into()], ..guess(TaskKind::Regression) };
    let found = Folder::of(&[("t.csv", text.as_bytes())]).read(&described).unwrap();
    assert_eq!(found.samples.values, Values::Integers(vec![1, 3, 0, 4]));
    assert_eq!((found.labels.values, found.classes), (Values::Floats(vec![10.5, 11.0]), None));
    let named = |label: &str, columns: &[&str]| {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        let described = Described { label: Some(label.into()), columns, ..classes() };
        Folder::of(&[("t.csv", text.as_bytes())]).read(&described).unwrap_err()
    };
    assert!(matches!(named("Kind", &[]), IntakeFault::NoColumn { found, .. } if found == "id, a, b, kind, price"));
    assert!(matches!(named("kind", &["a", "kind"]), IntakeFault::LabelAsFeature { .. }));
    assert!(matches!(named("kind", &["a", "a"]), IntakeFault::TwoColumns { .. }));
    assert!(matches!(named("a", &[]), IntakeFault::NotANumber { row: 1, column, .. } if column == "kind"));
}

#[test]
fn one_column_of_words_is_texts() {
    let found = csv("text,label\n\"well, yes\n\"\"quoted\"\"\",1\n证书在哪里？,0\n");
    assert_eq!((found.kind, found.shape.len()), (InputKind::Text, 0));
    assert_eq!(found.samples.values, Values::Texts(vec!["well, yes\n\"quoted\"".into(), "证书在哪里？".into()]));
    assert_eq!(csv("size,label\n1,a\n2,b\n").kind, InputKind::Vector, "one column of numbers is not");
    let described = Described { kind: Some(InputKind::Text), ..classes() };
    let numbers = Folder::of(&[("t.csv", b"size,label\n1,a\n2,b\n")]).read(&described);
    assert!(matches!(numbers, Err(IntakeFault::TextsAreNumbers { .. })));
    let pixels = "label,p0,p1,p2,p3\na,0,1,2,255\nb,4,5,6,7\n";
    let described = Described { kind: Some(InputKind::Image), ..classes() };
    let found = Folder::of(&[("t.csv", pixels.as_bytes())]).read(&described).unwrap();
    assert_eq!((found.shape, found.columns), (vec![2, 2, 1], None), "a table of pixels");
    let found = Folder::of(&[("t.csv", pixels.replace("255", "256").as_bytes())]).read(&described);
    assert!(matches!(found, Err(IntakeFault::Pixels { sample: 1, .. })));
}

#[test]
fn a_wrong_cell_or_row_is_named() {
    let cell = |cell: &str| wrong(&format!("a,b,label\n1,2,x\n3,{cell},y\n"));
    assert!(matches!(cell(""), IntakeFault::EmptyCell { row: 2, column, .. } if column == "b"));
    for value in ["NaN", "inf", "-Infinity", "n/a", "1,5", "\"1 000\""] {
        let fault = cell(value);
        let is_named = matches!(fault, IntakeFault::NotANumber { row: 2, .. } | IntakeFault::RowLength { row: 2, .. });
        assert!(is_named, "{value}: {fault:?}");
    }
    assert!(matches!(wrong("a,b,label\n1,2,x\n3,4\n"), IntakeFault::RowLength { row: 2, found: 2, expected: 3, .. }));
    assert!(matches!(wrong("a,label\n1,x\n2,\n"), IntakeFault::LabelEmpty { row: 2, .. }));
    assert!(matches!(wrong("a,a,label\n1,2,x\n"), IntakeFault::TwoColumns { .. }));
    assert!(matches!(wrong("5.1,3.5,1\n4.9,3.0,0\n"), IntakeFault::NoHeader { .. }));
    assert!(matches!(wrong("a,label\n"), IntakeFault::NoSamples { .. }));
    assert!(matches!(wrong("label\n1\n"), IntakeFault::NoLabels { .. }));
    assert!(matches!(wrong("a,label\n1,0.5\n2,1.5\n"), IntakeFault::LabelFraction { row: 1, .. }));
    assert_eq!(csv("a,label\n1,1.0\n2,2.0\n").labels.values, Values::Integers(vec![1, 2]));
    let gbk = [&b"a,label\n1,x\n2,"[..], &[0xd6, 0xd0, 0xce, 0xc4], b"\n"].concat();
    assert!(matches!(fault(&[("t.csv", &gbk)]), IntakeFault::NotUtf8 { line: 3, .. }));
    assert!(matches!(fault(&[("t.csv", b"\xff\xfea\0,\0b\0\n\0")]), IntakeFault::NotUtf8 { line: 1, .. }));
    let regression = Folder::of(&[("t.csv", b"a,y\n1,2\n2,cheap\n")]).read(&guess(TaskKind::Regression));
    assert!(matches!(regression, Err(IntakeFault::LabelNoNumber { row: 2, .. })));
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

#[test]
fn tables_out_of_bounds_are_refused() {
    let long = ["a,label\n1,x\n\"", &"z".repeat(40 << 20), "\",y\n"].concat();
    assert!(matches!(wrong(&long), IntakeFault::LongRow { row: 2, .. }), "memory is not filled by one cell");
    let rows = lines(200_001, |row| format!("{row},{}\n", row % 2));
    assert!(matches!(wrong(&format!("a,label\n{rows}")), IntakeFault::TooManySamples { .. }));
    let text = "words ".repeat(100_000);
    let rows = lines(170, |row| format!("{text},{}\n", row % 2));
    assert!(matches!(wrong(&format!("t,label\n{rows}")), IntakeFault::TooMuchText { .. }));
    let columns: Vec<String> = (0..10_001).map(|column| format!("c{column}")).collect();
    assert!(matches!(wrong(&format!("{}\n", columns.join(","))), IntakeFault::TooManyColumns { .. }));
    let rows = lines(1_001, |row| format!("{row},c{row}\n"));
    assert!(matches!(wrong(&format!("a,label\n{rows}")), IntakeFault::TooManyClasses { found: 1_001, .. }));
}

/// A table of numbers, truth values and texts, in groups of two rows.
fn parquet(codec: Codec, extra: &str) -> Vec<u8> {
    let schema = format!(
        "message root {{ required double a; required boolean flag; optional int64 n; required binary label (UTF8); {extra} }}"
    );
    let properties = Arc::new(WriterProperties::builder().set_compression(codec).build());
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(&schema).unwrap()), properties).unwrap();
    for group in 0..2_i64 {
        let mut rows = writer.next_row_group().unwrap();
        let mut position = 0;
        while let Some(mut column) = rows.next_column().unwrap() {
            let labels = ["yes", "no"].map(ByteArray::from);
            match position {
                0 => drop(column.typed::<DoubleType>().write_batch(&[0.1, 1e-7], None, None).unwrap()),
                1 => drop(column.typed::<BoolType>().write_batch(&[true, false], None, None).unwrap()),
                2 => drop(column.typed::<Int64Type>().write_batch(&[group, 7], Some(&[1, 1]), None).unwrap()),
                3 => drop(column.typed::<ByteArrayType>().write_batch(&labels, None, None).unwrap()),
                _ => drop(column.typed::<Int64Type>().write_batch(&[1], Some(&[1, 0]), Some(&[0, 0])).unwrap()),
            }
            column.close().unwrap();
            position += 1;
        }
        rows.close().unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn parquet_is_read_over_all_row_groups() {
    for codec in [Codec::UNCOMPRESSED, Codec::SNAPPY] {
        let bytes = parquet(codec, "");
        let found = reads(&[("t.parquet", &bytes)]);
        assert_eq!(found.samples.dims, [4, 3]);
        let wanted = vec![0.1, 1.0, 0.0, 1e-7, 0.0, 7.0, 0.1, 1.0, 1.0, 1e-7, 0.0, 7.0];
        assert_eq!(found.samples.values, Values::Floats(wanted));
        assert_eq!(found.labels.values, Values::Texts(["yes", "no", "yes", "no"].map(str::to_owned).to_vec()));
        let described = Described { label: Some("flag".into()), columns: vec!["n".into(), "a".into()], ..classes() };
        let found = Folder::of(&[("t.parquet", &bytes)]).read(&described).unwrap();
        assert_eq!(found.samples.values, Values::Floats(vec![0.0, 0.1, 7.0, 1e-7, 1.0, 0.1, 7.0, 1e-7]));
        assert_eq!(found.labels.values, Values::Integers(vec![1, 0, 1, 0]));
    }
}

#[test]
fn nested_columns_are_refused_and_other_columns_beside_them_are_not() {
    let bytes = parquet(Codec::SNAPPY, "repeated int64 many;");
    let folder = Folder::of(&[("t.parquet", &bytes)]);
    assert!(matches!(folder.read(&classes()), Err(IntakeFault::ColumnType { column, .. }) if column == "many"));
    let described = Described { columns: vec!["a".into()], ..classes() };
    assert_eq!(folder.read(&described).unwrap().len(), 4);
}

#[test]
fn a_damaged_or_lying_parquet_file_ends_with_a_fault_wherever_it_was_changed() {
    let bytes = parquet(Codec::SNAPPY, "");
    let described = classes();
    for at in 4..bytes.len() {
        for value in [0x00, 0x7f, 0xff] {
            let mut changed = bytes.clone();
            changed[at] = value;
            let folder = Folder::of(&[("t.parquet", &changed)]);
            // A value may become another one; what must not happen is a panic, or more rows than there are.
            if let Ok(found) = folder.read(&described) {
                assert!(found.len() <= 4 && found.labels.len() == found.len());
            }
        }
    }
    let mut footer = bytes.clone();
    let end = footer.len() - 8;
    footer[end..end + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(matches!(fault(&[("t.parquet", &footer)]), IntakeFault::Damaged { .. }));
    assert!(matches!(fault(&[("t.parquet", &bytes[..bytes.len() - 1])]), IntakeFault::Damaged { .. }));
    assert!(matches!(fault(&[("t.parquet", &[b"PAR1", &bytes[60..]].concat())]), IntakeFault::Damaged { .. }));
}
