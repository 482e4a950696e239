//! IDX, NPY and NPZ.

use super::*;

#[test]
fn idx_files_are_read_plain_and_in_gzip_and_in_any_order() {
    let samples = idx(&[3, 2, 2], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    let labels = idx(&[3], &[0, 2, 1]);
    let plain = reads(&[("train-images-idx3-ubyte", &samples), ("train-labels-idx1-ubyte", &labels)]);
    assert_eq!((plain.kind, plain.shape.as_slice()), (InputKind::Image, &[2, 2, 1][..]));
    assert_eq!(plain.samples.dims, [3, 2, 2, 1]);
    assert_eq!(plain.labels.values, Values::Integers(vec![0, 2, 1]));
    assert_eq!(plain.classes.as_deref(), Some(["0", "1", "2"].map(str::to_owned).as_slice()));
    assert_eq!(reads(&[("labels.gz", &gz(&labels)), ("images.gz", &gz(&samples))]), plain);
}

#[test]
fn an_idx_file_that_lies_about_its_length_is_refused() {
    let labels = idx(&[3], &[0, 2, 1]);
    let with = |samples: &[u8]| fault(&[("images", samples), ("labels", &labels)]);
    let short = idx(&[3, 2, 2], &[1; 11]);
    assert!(matches!(with(&short), IntakeFault::Truncated { expected: 12, found: 11, .. }));
    assert!(matches!(with(&gz(&short)), IntakeFault::Truncated { expected: 12, found: 11, .. }));
    assert!(matches!(with(&idx(&[3, 2, 2], &[1; 13])), IntakeFault::GoesOn { expected: 12, .. }));
    let whole = gz(&idx(&[3, 200, 200], &vec![7; 120_000]));
    assert!(matches!(with(&whole[..whole.len() / 2]), IntakeFault::Truncated { .. }));
    // Ten million times what a machine has, in sixteen bytes.
    assert!(matches!(with(&idx(&[u32::MAX; 3], &[1])), IntakeFault::TooManyNumbers { .. }));
    assert!(matches!(with(&[0, 0, 13, 1, 0, 0, 0, 1, 0]), IntakeFault::ArrayType { .. }));
    assert!(matches!(with(&gz(b"a,b\n1,2\n")), IntakeFault::UnknownFormat { .. }));
    // What follows the declared end is never unpacked: a gigabyte of zeros ends after one of them.
    let bomb = gz(&[idx(&[3, 1, 1], &[1; 3]), vec![0; 64 << 20]].concat());
    assert!(matches!(with(&bomb), IntakeFault::GoesOn { .. }));
}

#[test]
fn arrays_of_numpy_are_images_or_vectors_by_their_rank() {
    let labels = npy("<i8", "(2,)", &[3_i64.to_le_bytes(), 4_i64.to_le_bytes()].concat());
    let vectors: Vec<u8> = [0.5_f32, 1.0, -2.0, 4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let found = reads(&[("x.npy", &npy("<f4", "(2, 2)", &vectors)), ("y.npy", &labels)]);
    assert_eq!(found.samples, Array { dims: vec![2, 2], values: Values::Floats(vec![0.5, 1.0, -2.0, 4.0]) });
    assert_eq!(found.classes.unwrap(), ["3", "4"]);
    let planar: Vec<u8> = (0..12).collect();
    let found = reads(&[("x.npy", &npy("|u1", "(2, 3, 1, 2)", &planar)), ("y.npy", &labels)]);
    assert_eq!((found.shape.as_slice(), found.kind), (&[1, 2, 3][..], InputKind::Image));
    assert_eq!(found.samples.values, Values::Bytes(vec![0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]), "channels last");
    let tokens = npy("<i4", "(2, 2)", &[1_i32, 2, 3, 4].iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<_>>());
    let described = Described { kind: Some(InputKind::Tokens), ..classes() };
    let found = Folder::of(&[("x.npy", &tokens), ("y.npy", &labels)]).read(&described).unwrap();
    assert_eq!((found.samples.values, found.shape), (Values::Integers(vec![1, 2, 3, 4]), vec![2]));
}

#[test]
fn arrays_in_either_order_of_dimensions_and_of_bytes_are_the_same() {
    let labels = npy("<i8", "(2,)", &[3_i64.to_le_bytes(), 4_i64.to_le_bytes()].concat());
    let with = |samples: &[u8]| reads(&[("x.npy", samples), ("y.npy", &labels)]).samples;
    let rows: Vec<u8> = [0.5_f64, 1.0, -2.0, 4.0, 5.0, 6.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let expected = with(&npy("<f8", "(2, 3)", &rows));
    // What `numpy.save("x.npy", frame.values)` writes: columns one after the other.
    let columns: Vec<u8> = [0.5_f64, 4.0, 1.0, 5.0, -2.0, 6.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let mut fortran = npy("<f8", "(2, 3)", &columns);
    let place = fortran.windows(5).position(|word| word == b"False").unwrap();
    fortran[place..place + 5].copy_from_slice(b"True ");
    assert_eq!(with(&fortran), expected);
    let big: Vec<u8> = [0.5_f64, 1.0, -2.0, 4.0, 5.0, 6.0].iter().flat_map(|value| value.to_be_bytes()).collect();
    assert_eq!(with(&npy(">f8", "(2, 3)", &big)), expected);
}

#[test]
fn hostile_arrays_are_refused() {
    let labels = npy("|u1", "(2,)", &[0, 1]);
    let with = |samples: &[u8]| fault(&[("x.npy", samples), ("y.npy", &labels)]);
    assert!(matches!(with(&npy("|O", "(2, 2)", b"\x80\x04cos\nsystem\n")), IntakeFault::Pickle { .. }));
    assert!(matches!(with(&npy("<f8", "(2, 2)", &[0; 31])), IntakeFault::Truncated { expected: 32, found: 31, .. }));
    assert!(matches!(with(&npy("<f8", "(2, 2)", &[0; 33])), IntakeFault::GoesOn { .. }));
    assert!(matches!(with(&npy("<f8", "(4294967296, 4294967296)", &[])), IntakeFault::TooManyNumbers { .. }));
    assert!(matches!(with(&npy("|i1", "(2, 100000000)", &[])), IntakeFault::TooManyNumbers { .. }), "eight bytes each");
    assert!(matches!(with(&npy("<c16", "(2, 2)", &[0; 64])), IntakeFault::ArrayType { .. }));
    assert!(matches!(with(&npy("<U5", "(2, 2)", &[0; 80])), IntakeFault::ArrayType { .. }));
    assert!(matches!(with(&npy("|u1", "(2, -1)", &[0; 2])), IntakeFault::Damaged { .. }));
    assert!(matches!(with(&npy("|u1", "(2, 0, 0)", &[])), IntakeFault::ArrayShape { .. }));
    let nested = npy("|u1", &"(".repeat(9000), &[]);
    assert!(matches!(with(&nested), IntakeFault::Damaged { .. }), "no stack is exhausted");
    let mut long = b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec();
    long.extend_from_slice(&[b' '; 100]);
    assert!(matches!(with(&long), IntakeFault::Damaged { .. }));
    let nan: Vec<u8> = [1.0_f64, 2.0, f64::NAN, 4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let found = with(&npy("<f8", "(2, 2)", &nan));
    assert!(matches!(found, IntakeFault::ArrayNumber { sample: 2, element: 1, .. }), "{found:?}");
}

#[test]
fn samples_and_labels_belong_together() {
    let samples = npy("|u1", "(2, 2)", &[1, 2, 3, 4]);
    let with = |labels: &[u8]| fault(&[("x.npy", &samples), ("y.npy", labels)]);
    assert_eq!(fault(&[("x.npy", &samples)]), IntakeFault::NoLabels { file: "x.npy".into() });
    assert_eq!(with(&npy("|u1", "(3,)", &[0, 1, 2])), IntakeFault::Counts { samples: 2, labels: 3 });
    assert_eq!(with(&npy("|u1", "(2,)", &[7, 7])), IntakeFault::OneClass { file: "x.npy".into(), class: "7".into() });
    assert!(matches!(with(&samples), IntakeFault::NoPair { .. }));
    let half = npy("<f8", "(2,)", &[1.0_f64.to_le_bytes(), 0.5_f64.to_le_bytes()].concat());
    assert!(matches!(with(&half), IntakeFault::LabelFraction { row: 2, .. }));
    assert!(matches!(with(b"\x7fELF\0\0\0\0"), IntakeFault::UnknownFormat { .. }));
    assert_eq!(fault(&[]), IntakeFault::NoFiles {});
}

#[test]
fn an_npz_file_has_its_arrays_by_name() {
    let x = npy("<f8", "(2, 1)", &[1.0_f64.to_le_bytes(), 2.0_f64.to_le_bytes()].concat());
    let y = npy("|b1", "(2,)", &[0, 1]);
    let found = reads(&[("data.npz", &zip(&[("x_train.npy", &x), ("y_train.npy", &y)]))]);
    assert_eq!((found.samples.dims, found.shape), (vec![2], vec![1]));
    let archive = zip(&[("a.npy", &x), ("b.npy", &y)]);
    let folder = Folder::of(&[("data.npz", &archive)]);
    assert!(matches!(folder.read(&classes()), Err(IntakeFault::NoArray { found, .. }) if found == "a, b"));
    let named = Described { samples: Some("a".into()), label: Some("b".into()), ..classes() };
    assert_eq!(folder.read(&named).unwrap().labels.values, Values::Integers(vec![0, 1]));
    let pickled = zip(&[("x.npy", &npy("|O", "(1,)", b"\x80\x04.")), ("y.npy", &y)]);
    assert!(matches!(fault(&[("data.npz", &pickled)]), IntakeFault::Pickle { file } if file == "data.npz: x.npy"));
}
