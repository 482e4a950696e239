//! ZIP archives of images in folders.

use std::io::Seek as _;

use image::{DynamicImage, ImageFormat, RgbaImage};
use zip::unstable::write::FileOptionsExt as _;

use super::*;

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn grey(width: u32, height: u32, value: u8) -> Vec<u8> {
    let pixels = vec![value; (width * height) as usize];
    encoded(&image::GrayImage::from_raw(width, height, pixels).unwrap().into(), ImageFormat::Png)
}

fn colour(pixel: [u8; 3], format: ImageFormat) -> Vec<u8> {
    encoded(&image::RgbImage::from_pixel(8, 4, image::Rgb(pixel)).into(), format)
}

fn with(entries: &[(&str, &[u8])]) -> IntakeFault {
    fault(&[("images.zip", &zip(entries))])
}

#[test]
fn folders_are_classes_and_what_file_managers_leave_is_passed_over() {
    let (dark, light) = (grey(3, 2, 10), grey(3, 2, 250));
    let archive = zip(&[
        ("pets/猫/1.png", &dark),
        ("pets/dog/2.png", &light),
        ("pets/dog/1.PNG", &dark),
        ("__MACOSX/pets/dog/._1.png", b"x"),
        ("pets/.DS_Store", b"x"),
        ("pets/dog/Thumbs.db", b"x"),
    ]);
    let found = reads(&[("pets.zip", &archive)]);
    assert_eq!(found.samples.dims, [3, 2, 3, 1]);
    assert_eq!(found.samples.values, Values::Bytes([[10; 6], [250; 6], [10; 6]].concat()));
    assert_eq!(found.labels.values, Values::Texts(["dog", "dog", "猫"].map(str::to_owned).to_vec()));
    assert_eq!((found.classes.unwrap(), found.shape), (vec!["dog".to_owned(), "猫".to_owned()], vec![2, 3, 1]));
    let digits = zip(&[("10/a.png", &dark), ("9/a.png", &light), ("9/b.png", &light)]);
    let found = reads(&[("digits.zip", &digits)]);
    assert_eq!(found.classes.unwrap(), ["9", "10"], "digits by their value");
}

#[test]
fn png_jpeg_and_bmp_are_read_by_their_content_and_shown_on_white() {
    let red = [200, 0, 0];
    let clear = RgbaImage::from_pixel(8, 4, image::Rgba([0, 0, 0, 0]));
    let archive = zip(&[
        ("a/1.png", &colour(red, ImageFormat::Bmp)),
        ("a/2.png", &colour(red, ImageFormat::Jpeg)),
        ("b/1.png", &encoded(&clear.into(), ImageFormat::Png)),
    ]);
    let found = reads(&[("images.zip", &archive)]);
    let Values::Bytes(pixels) = found.samples.values else { panic!("bytes") };
    assert_eq!((found.samples.dims, &pixels[..3]), (vec![3, 4, 8, 3], &red[..]));
    assert!(pixels[96].abs_diff(200) < 8, "JPEG is near: {}", pixels[96]);
    assert!(pixels[192..].iter().all(|value| *value == 255), "nothing at all is white");
}

#[test]
fn images_have_one_size_and_one_colour_mode_and_lie_in_folders() {
    let (small, other) = (grey(8, 4, 1), grey(4, 8, 1));
    let stray = with(&[("pics/a/1.png", &small), ("pics/b/2.png", &small), ("pics/readme.txt", b"hello")]);
    assert!(matches!(stray, IntakeFault::EntryPlace { entry, .. } if entry == "pics/readme.txt"));
    let parts = with(&[("train/a/1.png", &small), ("test/a/2.png", &small)]);
    assert!(matches!(parts, IntakeFault::EntryPlace { .. }));
    let fault = with(&[("a/1.png", &small), ("b/2.png", &other)]);
    assert!(matches!(fault, IntakeFault::ImageSize { entry, width: 4, height: 8, .. } if entry == "b/2.png"));
    let fault = with(&[("a/1.png", &small), ("b/2.png", &colour([1, 2, 3], ImageFormat::Png))]);
    assert!(matches!(fault, IntakeFault::ImageColours { found: "colour", .. }));
    assert!(matches!(with(&[("1.png", &small)]), IntakeFault::EntryPlace { .. }));
    assert!(matches!(with(&[("a/1.png", &small), ("x/b/c/2.png", &small)]), IntakeFault::EntryPlace { .. }));
    assert!(matches!(with(&[("a/1.png", &small), ("a/notes.txt", b"hello")]), IntakeFault::EntryNoImage { .. }));
    assert!(matches!(with(&[("a/1.png", &small[..40])]), IntakeFault::EntryDamaged { .. }));
    assert!(matches!(with(&[("a/1.png", &small)]), IntakeFault::OneClass { .. }));
    assert!(matches!(with(&[("a/.hidden", &small)]), IntakeFault::ArchiveEmpty { .. }));
}

/// A PNG that says it has so many pixels, whatever follows.
fn declared(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = grey(1, 1, 0);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    bytes
}

#[test]
fn an_enormous_image_is_refused_by_its_header() {
    for (width, height) in [(50_000, 50_000), (4_097, 1), (1, u32::MAX >> 1)] {
        let fault = with(&[("a/1.png", &declared(width, height))]);
        let is_refused =
            matches!(fault, IntakeFault::ImageTooLarge { limit: 4_096, .. } | IntakeFault::ImageMemory { .. });
        assert!(is_refused, "{width} × {height}: {fault:?}");
    }
    let mut bitmap = colour([1, 2, 3], ImageFormat::Bmp);
    bitmap[18..22].copy_from_slice(&50_000_u32.to_le_bytes());
    bitmap[22..26].copy_from_slice(&50_000_u32.to_le_bytes());
    let fault = with(&[("a/1.bmp", &bitmap)]);
    assert!(matches!(fault, IntakeFault::ImageTooLarge { width: 50_000, .. }), "{fault:?}");
    let mut jpeg = colour([1, 2, 3], ImageFormat::Jpeg);
    let start = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[start + 5..start + 9].copy_from_slice(&[0xc3, 0x50, 0xc3, 0x50]);
    let fault = with(&[("a/1.jpg", &jpeg)]);
    assert!(matches!(fault, IntakeFault::ImageTooLarge { width: 50_000, .. }), "{fault:?}");
}

#[test]
fn hostile_names_links_and_passwords_are_refused() {
    let image = grey(2, 2, 1);
    for name in ["../a/1.png", "a/../../1.png", "/etc/1.png", "a\\..\\1.png", "C:/1.png", "a/./1.png"] {
        let fault = with(&[(name, &image)]);
        assert!(matches!(&fault, IntakeFault::EntryName { entry, .. } if entry == name), "{name}: {fault:?}");
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("a/1.png", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    let linked = writer.finish().unwrap().into_inner();
    assert!(matches!(fault(&[("z.zip", &linked)]), IntakeFault::EntryLink { .. }));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let locked = SimpleFileOptions::default().with_deprecated_encryption(b"secret").unwrap();
    writer.start_file("a/1.png", locked).unwrap();
    writer.write_all(&image).unwrap();
    let locked = writer.finish().unwrap().into_inner();
    assert!(matches!(fault(&[("z.zip", &locked)]), IntakeFault::EntryEncrypted { .. }));
    let mut odd = zip(&[("a/xyz.png", &image)]);
    while let Some(at) = odd.windows(3).position(|name| name == b"xyz") {
        odd[at] = 0xff;
    }
    assert!(matches!(fault(&[("z.zip", &odd)]), IntakeFault::EntryName { .. }), "not UTF-8");
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![0; 64 << 20];
    let archive = zip(&[("a/1.png", &zeros)]);
    assert!(archive.len() < 100_000);
    assert!(matches!(fault(&[("z.zip", &archive)]), IntakeFault::EntryBomb { entry, .. } if entry == "a/1.png"));
    let names: Vec<String> = (0..100_000).map(|number| format!("a/{number}.png")).collect();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in &names {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
    }
    let many = writer.finish().unwrap().into_inner();
    assert!(matches!(fault(&[("z.zip", &many)]), IntakeFault::ArchiveEntries { limit: 20_000, .. }), "zip64");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names.iter().take(20_001) {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
    }
    let many = writer.finish().unwrap().into_inner();
    assert!(matches!(fault(&[("z.zip", &many)]), IntakeFault::ArchiveEntries { .. }));
    // One entry, it says, and leaves the rest to a record for very large archives.
    let mut large = zip(&[("a/1.png", &grey(1, 1, 1))]);
    let offset = large.len() - 6;
    large[offset..offset + 4].fill(0xff);
    assert!(matches!(fault(&[("z.zip", &large)]), IntakeFault::ArchiveEntries { .. }));
    assert!(matches!(fault(&[("z.zip", b"PK\x03\x04 nonsense")]), IntakeFault::Damaged { .. }));
}

#[test]
fn all_entries_together_unpack_to_no_more_than_is_allowed() {
    let block = vec![0_u8; 1 << 20];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("0");
    let mut writer = ZipWriter::new(fs::File::create(&path).unwrap());
    let header = npy("|u1", "(1200, 1048576)", &[]);
    writer.start_file("x.npy", SimpleFileOptions::default()).unwrap();
    writer.write_all(&header).unwrap();
    for _ in 0..64 {
        writer.write_all(&block).unwrap();
    }
    writer.finish().unwrap().rewind().unwrap();
    let file = UploadedFile { name: "x.npz", path: &path };
    let fault = read(&[file], &classes()).unwrap_err();
    assert!(matches!(fault, IntakeFault::TooManyNumbers { .. }), "{fault:?}");
}
