//! A ZIP archive of PNG, JPEG or BMP images in folders that are named after their classes.
//!
//! All images have one size and one colour mode: grey is one channel, everything else three. What is transparent is shown
//! on white, as a browser shows it on a white page; 16 bits become 8; the orientation in EXIF is not followed.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};

use super::{
    Array, Found, IntakeFault, MAX_CLASSES, MAX_NUMBER_BYTES, MAX_SIDE, TaskKind, UploadedFile, Values,
    archive::{self, Archive},
};

/// Memory that one decoder may set aside: an image of the largest size with four channels of 16 bits, and its buffers.
const MAX_ALLOC: u64 = 320 << 20;

/// Reads the archive.
pub(super) fn read(file: &UploadedFile<'_>, task: TaskKind) -> Result<Found, IntakeFault> {
    let name = || file.name.to_owned();
    if task == TaskKind::Regression {
        return Err(IntakeFault::NoLabels { file: name() });
    }
    let mut archive = archive::open(file)?;
    archive.judge_ratio();
    let paths: Vec<String> = archive.paths().map(str::to_owned).collect();
    let labels = classes(&paths, file.name)?;
    let mut first: Option<Size> = None;
    let mut pixels = Vec::new();
    for path in &paths {
        let (size, image) = decoded(&mut archive, path, first)?;
        if first.is_none() && size.bytes().saturating_mul(paths.len()) > MAX_NUMBER_BYTES {
            return Err(IntakeFault::TooManyNumbers { file: name(), limit: MAX_NUMBER_BYTES >> 20 });
        }
        first = Some(size);
        pixels.extend_from_slice(&image);
    }
    let Some(size) = first else { return Err(IntakeFault::ArchiveEmpty { file: name() }) };
    let dims = vec![paths.len(), size.height as usize, size.width as usize, size.channels];
    Ok(Found {
        samples: Array { dims, values: Values::Bytes(pixels) },
        labels: Array { dims: vec![labels.len()], values: Values::Texts(labels) },
        columns: None,
        label_column: None,
    })
}

/// The class of each path: the folder it lies in; one folder around all of them is passed over.
fn classes(paths: &[String], file: &str) -> Result<Vec<String>, IntakeFault> {
    let parts: Vec<Vec<&str>> = paths.iter().map(|path| path.split('/').collect()).collect();
    let outer = parts.iter().find(|parts| parts.len() == 3).and_then(|parts| parts.first()).copied();
    let in_one = parts.iter().filter(|parts| parts.len() == 3 && parts.first().copied() == outer).count();
    // What lies elsewhere is named, rather than the many that lie where they should.
    let is_wrapped = 2 * in_one > parts.len();
    let mut labels = Vec::new();
    for (parts, path) in parts.iter().zip(paths) {
        let class = match parts.as_slice() {
            [first, class, _] if is_wrapped && Some(*first) == outer => class.trim(),
            [class, _] if !is_wrapped => class.trim(),
            _ => "",
        };
        if class.is_empty() {
            return Err(IntakeFault::EntryPlace { file: file.to_owned(), entry: path.clone() });
        }
        labels.push(class.to_owned());
    }
    let found = labels.iter().collect::<std::collections::BTreeSet<_>>().len();
    if found > MAX_CLASSES {
        return Err(IntakeFault::TooManyClasses { file: file.to_owned(), found, limit: MAX_CLASSES });
    }
    Ok(labels)
}

/// What all images have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    width: u32,
    height: u32,
    channels: usize,
}

impl Size {
    fn bytes(self) -> usize {
        self.width as usize * self.height as usize * self.channels
    }
}

/// One image, once its header agrees with the first one's.
fn decoded(archive: &mut Archive, path: &str, first: Option<Size>) -> Result<(Size, Vec<u8>), IntakeFault> {
    let (file, entry) = (archive.name().to_owned(), path.to_owned());
    let damaged = IntakeFault::EntryDamaged { file: file.clone(), entry: entry.clone() };
    let bytes = archive.with(path, |reader| {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map(|_| bytes).map_err(|_| damaged.clone())
    })?;
    let Ok(mut reader) = ImageReader::new(Cursor::new(bytes)).with_guessed_format() else { return Err(damaged) };
    if reader.format().is_none() {
        return Err(IntakeFault::EntryNoImage { file, entry });
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let too_large = |width, height| {
        let (file, entry) = (file.clone(), entry.clone());
        IntakeFault::ImageTooLarge { file, entry, width, height, limit: MAX_SIDE }
    };
    let fault = |error| match error {
        ImageError::Limits(_) => IntakeFault::ImageMemory { file: file.clone(), entry: entry.clone() },
        ImageError::Unsupported(_) => IntakeFault::EntryNoImage { file: file.clone(), entry: entry.clone() },
        _ => damaged.clone(),
    };
    let decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || width == 0 || height == 0 {
        return Err(too_large(width, height));
    }
    let channels = if decoder.color_type().has_color() { 3 } else { 1 };
    let size = Size { width, height, channels };
    agrees(size, first, (&file, &entry))?;
    let image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    Ok((size, pixels(&image, channels)))
}

fn agrees(size: Size, first: Option<Size>, (file, entry): (&str, &str)) -> Result<(), IntakeFault> {
    let Some(first) = first else { return Ok(()) };
    let (file, entry) = (file.to_owned(), entry.to_owned());
    let Size { width, height, channels } = size;
    if (width, height) != (first.width, first.height) {
        let wanted = format!("{} × {}", first.width, first.height);
        return Err(IntakeFault::ImageSize { file, entry, width, height, wanted });
    }
    if channels != first.channels {
        let found = if channels == 1 { "grey" } else { "colour" };
        return Err(IntakeFault::ImageColours { file, entry, found });
    }
    Ok(())
}

/// The bytes of an image, shown on white where it is transparent.
fn pixels(image: &DynamicImage, channels: usize) -> Vec<u8> {
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    };
    match (image.color().has_alpha(), channels) {
        (false, 1) => image.to_luma8().into_raw(),
        (false, _) => image.to_rgb8().into_raw(),
        (true, 1) => image.to_luma_alpha8().pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])).collect(),
        (true, _) => image
            .to_rgba8()
            .pixels()
            .flat_map(|pixel| {
                let [red, green, blue, alpha] = pixel.0;
                [on_white(red, alpha), on_white(green, alpha), on_white(blue, alpha)]
            })
            .collect(),
    }
}
