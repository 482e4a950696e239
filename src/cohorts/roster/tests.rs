//! Lists as spreadsheets write them, and as nobody should.

use super::*;

fn read(bytes: &[u8]) -> Result<Vec<Row>, InvalidList> {
    rows(&text(bytes)?.0)
}

fn emails(text: &str) -> Vec<String> {
    read(text.as_bytes()).unwrap().into_iter().map(|row| row.email).collect()
}

#[test]
fn lists_are_read_as_spreadsheets_write_them() {
    let row = |line, email: &str, name: &str, external: &str| Row {
        line,
        email: email.to_owned(),
        name: name.to_owned(),
        external_id: external.to_owned(),
    };
    let ada = |line| row(line, "ada@example.org", "Lovelace, Ada", "S-1");
    for text in [
        "ada@example.org,\"Lovelace, Ada\",S-1",
        "ada@example.org;\"Lovelace, Ada\";S-1\r\n",
        "ada@example.org\tLovelace, Ada\tS-1",
        "\u{feff}ada@example.org,\"Lovelace, Ada\", S-1 ",
    ] {
        assert_eq!(read(text.as_bytes()).unwrap(), [ada(1)], "{text}");
    }
    assert_eq!(read("邮箱;姓名;学号\nada@example.org;\"Lovelace, Ada\";S-1".as_bytes()).unwrap(), [ada(2)]);
    assert_eq!(read("E-mail\r\n\r\nbob@example.org\r\n".as_bytes()).unwrap(), [row(3, "bob@example.org", "", "")]);
}

#[test]
fn the_encodings_of_spreadsheets_are_read() {
    let list = "邮箱,姓名\r\nada@example.org,李雷\r\n";
    let (gbk, _, _) = GB18030.encode(list);
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(list.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (bytes, name) in [(list.as_bytes(), "UTF-8"), (&gbk, "gb18030"), (&utf16, "UTF-16LE")] {
        assert_eq!(text(bytes).unwrap().1.name(), name);
        let rows = read(bytes).unwrap();
        let read: Vec<_> = rows.iter().map(|row| (row.line, row.email.as_str(), row.name.as_str())).collect();
        assert_eq!(read, [(2, "ada@example.org", "李雷")], "{name}");
    }
}

#[test]
fn a_first_row_that_is_no_header_stays_for_the_report() {
    assert_eq!(emails("ada.example.org\nbob@example.org"), ["ada.example.org", "bob@example.org"]);
    assert_eq!(emails("bob@example.org\nemail"), ["bob@example.org", "email"]);
}

#[test]
fn what_is_no_list_is_refused_as_a_whole() {
    assert_eq!(read(b"a@x.org\0"), Err(InvalidList::Binary));
    assert_eq!(read(&[0xff, 0xfe, b'a']), Err(InvalidList::Encoding));
    assert_eq!(read(b"\n , \n"), Err(InvalidList::Empty));
    assert_eq!(read(b"email,name\n"), Err(InvalidList::Empty));
    assert_eq!(read(&vec![b'a'; MOST_BYTES + 1]), Err(InvalidList::TooLarge));
    let many = "a@x.org\n".repeat(MOST_ROWS);
    assert_eq!(read(many.as_bytes()).unwrap().len(), MOST_ROWS);
    assert_eq!(read(format!("{many}b@x.org").as_bytes()), Err(InvalidList::TooManyRows));
}

#[test]
fn a_quote_that_never_ends_and_control_characters_do_no_harm() {
    assert_eq!(emails("\"ada@example.org\nbob@example.org"), ["ada@example.orgbob@example.org"]);
    assert_eq!(emails("ada@example.org\u{7},\u{1b}[31mAda"), ["ada@example.org"]);
}
