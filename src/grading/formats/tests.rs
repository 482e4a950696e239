//! Every format by the first bytes of real files, and models that must not be mistaken for one.

use super::*;

/// A ZIP archive with empty, stored entries; `cut` leaves its directory out.
fn zip(names: &[&str], cut: bool) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        directory.extend([b"PK\x01\x02".as_slice(), &[0; 24], &length, &[0; 16], name.as_bytes()].concat());
        file.extend([b"PK\x03\x04".as_slice(), &[0; 22], &length, &[0; 2], name.as_bytes()].concat());
    }
    let offset = u32::try_from(file.len()).unwrap().to_le_bytes();
    if !cut {
        file.extend([directory.as_slice(), b"PK\x05\x06", &[0; 12], &offset, &[0; 2]].concat());
    }
    file
}

#[test]
fn archives_are_told_apart_by_the_names_inside() {
    let cases: [(&[&str], Reason); 10] = [
        (&["metadata.json", "config.json", "model.weights.h5"], Reason::FileIsKeras),
        (&["archive/data.pkl", "archive/version"], Reason::FileIsTorch),
        (&["model/data.pkl", "model/code/__torch__.py", "model/constants.pkl"], Reason::FileIsTorchScript),
        (&["w.npy", "b.npy"], Reason::FileIsNumpy),
        (&["m/saved_model.pb", "m/variables/variables.index"], Reason::FileIsTensorflow),
        (&["Manifest.json", "Data/com.apple.CoreML/model.mlmodel"], Reason::FileIsCoreml),
        (&["[Content_Types].xml", "word/document.xml"], Reason::FileIsDocument),
        (&["model2/archive_format", "model2/data/weights/x"], Reason::FileIsTorch),
        (&["notes.txt"], Reason::FileIsZip),
        (&[], Reason::FileIsZip),
    ];
    for (names, reason) in cases {
        assert_eq!(other_format(&zip(names, false)), Some(reason), "{names:?}");
        if !names.is_empty() {
            assert_eq!(other_format(&zip(names, true)), Some(reason), "{names:?}, cut off");
        }
    }
}

#[test]
fn magic_numbers_name_the_format() {
    let mut tar = vec![b'a'; 300];
    tar[257..262].copy_from_slice(b"ustar");
    let cases: [(&[u8], Reason); 20] = [
        (b"\x89HDF\r\n\x1a\n...", Reason::FileIsHdf5),
        (b"....ORTM....", Reason::FileIsOrt),
        (b"\x1c\0\0\0TFL3", Reason::FileIsTflite),
        (b"\x80\x04\x95...", Reason::FileIsPickle),
        (b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", Reason::FileIsTorch),
        (b"\x78\x9c...", Reason::FileIsJoblib),
        (b"\x93NUMPY\x01\0", Reason::FileIsNumpy),
        (b"GGUF\x03\0\0\0", Reason::FileIsGguf),
        (b"tree\nversion=v4\n", Reason::FileIsBoosting),
        (b"{L\0\0\0\0\0\0\0\x07learner{", Reason::FileIsBoosting),
        (b"{\"learner\":{\"attributes\"", Reason::FileIsBoosting),
        (b"version https://git-lfs.github.com/spec/v1\n", Reason::FileIsLfsPointer),
        (b"\x1f\x8b\x08", Reason::FileIsArchive),
        (&tar, Reason::FileIsArchive),
        (b"\x89PNG\r\n\x1a\n", Reason::FileIsImage),
        (b"\xff\xd8\xff\xe0", Reason::FileIsImage),
        (b"%PDF-1.7", Reason::FileIsDocument),
        (b"\x7fELF\x02", Reason::FileIsProgram),
        (b"MZ\x90", Reason::FileIsProgram),
        (b"\x40\0\0\0\0\0\0\0{\"fc.weight\":", Reason::FileIsSafetensors),
    ];
    for (start, reason) in cases {
        assert_eq!(other_format(start), Some(reason), "{start:?}");
    }
}

#[test]
fn text_is_named_when_it_is_sure() {
    let notebook = format!("{{\"cells\": [\"{}\"], \"nbformat\": 4}}", "x".repeat(2 * PREFIX));
    assert_eq!(other_format(notebook.as_bytes()), Some(Reason::FileIsNotebook));
    for program in [
        "# Train\nimport torch\n",
        "from torch import nn\n",
        "\"\"\"Doc.\"\"\"\ndef f(x):\n",
        "#!/usr/bin/env python3\n",
    ] {
        assert_eq!(other_format(program.as_bytes()), Some(Reason::FileIsPython), "{program}");
    }
    for page in ["\n <!DOCTYPE html>", "<html>", "<?xml version='1.0'?>"] {
        assert_eq!(other_format(page.as_bytes()), Some(Reason::FileIsHtml));
    }
    for other in ["label\n7\n", "{\"a\": 1}", "import what you need, from anywhere", "", "\u{feff}"] {
        assert_eq!(other_format(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn other_protocol_buffers_are_named() {
    let message =
        |number: u8, content: &[u8]| [&[number << 3 | 2, u8::try_from(content.len()).unwrap()], content].concat();
    let version = [0x08, 1];
    let graph = message(1, &[message(1, b"Placeholder"), message(2, b"x")].concat());
    let meta = message(2, &[graph.clone(), vec![0x20; 20]].concat());
    assert_eq!(other_format(&[version.to_vec(), meta].concat()), Some(Reason::FileIsTensorflow));
    assert_eq!(other_format(&graph), Some(Reason::FileIsTensorflow));
    // neuralNetworkClassifier is field 403.
    let core = [vec![0x08, 4], message(2, b""), vec![0x9a, 0x19, 0]].concat();
    assert_eq!(other_format(&core), Some(Reason::FileIsCoreml));
    let onnx = [vec![0x08, 8], message(2, b"a producer with a name that is rather long"), message(7, b"")].concat();
    assert_eq!(other_format(&onnx), None);
}
