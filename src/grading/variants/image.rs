//! Variants of images: mirrored, scaled, rotated and shifted about the centre, resampled bilinearly.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_lossless,
    clippy::indexing_slicing,
    reason = "sides are at most MAX_SIDE and coordinates below 2^20 pixels, far inside i64 with 32 binary places; only \
              points with four neighbours in the padded image are looked up"
)]

use serde::{Deserialize, Serialize};

use super::{Seed, VariantError, draw::Draws};

/// Longest side of an image in pixels.
const MAX_SIDE: usize = 4096;
/// Most channels of an image.
const MAX_CHANNELS: usize = 16;
/// Binary places of coordinates.
const PLACES: u32 = 32;
/// Binary places of the weights in bilinear interpolation, so that two of them and a byte fit 64 bits.
const WEIGHT_PLACES: u32 = 24;
const WEIGHT_ONE: u64 = 1 << WEIGHT_PLACES;

/// How far an image may be changed; all draws are uniform.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranges {
    /// The factor lies within 1 ± this; 0.1 is ±10 %. At most 0.5.
    pub scale: f64,
    /// Degrees to either side. At most 180.
    pub rotation: f64,
    /// Pixels to either side, horizontally and vertically, whole or not. At most 1024.
    pub shift: f64,
    /// Mirrored left to right with probability ½.
    #[serde(default)]
    pub flip: bool,
}

impl Ranges {
    pub(super) fn check(&self) -> Result<(), VariantError> {
        let limits = [("scale", self.scale, 0.5), ("rotation", self.rotation, 180.0), ("shift", self.shift, 1024.0)];
        let beyond = limits.into_iter().find(|(_, value, most)| !(0.0..=*most).contains(value));
        beyond.map_or(Ok(()), |(name, _, most)| Err(VariantError::Range { name, most }))
    }

    /// What is done to the sample with this index.
    pub fn draw(&self, seed: &Seed, index: u64) -> Affine {
        let mut draws = Draws::new(seed, index);
        Affine {
            scale: 1.0 + draws.around_zero(self.scale),
            rotation: draws.around_zero(self.rotation),
            shift: [draws.around_zero(self.shift), draws.around_zero(self.shift)],
            flip: draws.bits(1) == 1 && self.flip,
        }
    }
}

/// The shape of one image, whose bytes lie row by row with the channels of a pixel together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// 1 for grey, 3 for colour.
    pub channels: usize,
}

impl Shape {
    fn check(self) -> Result<(), VariantError> {
        let sides = 1..=MAX_SIDE;
        let fits = sides.contains(&self.height) && sides.contains(&self.width);
        let fits = fits && (1..=MAX_CHANNELS).contains(&self.channels);
        if fits { Ok(()) } else { Err(VariantError::Shape(self)) }
    }

    const fn bytes(self) -> usize {
        self.height * self.width * self.channels
    }
}

/// One transform about the centre of the image, (width − 1)/2 from the left and (height − 1)/2 from the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// Done first: mirrored left to right.
    pub flip: bool,
    /// Done second: the factor by which things become larger.
    pub scale: f64,
    /// Done third: degrees, clockwise as seen.
    pub rotation: f64,
    /// Done last: pixels to the right and down.
    pub shift: [f64; 2],
}

/// Transforms whole images, of which the first has the index `first` among the exercise's samples.
///
/// What lies outside of an image is 0. Halves are rounded up.
pub fn transform(
    ranges: &Ranges,
    seed: &Seed,
    shape: Shape,
    first: u64,
    samples: &[u8],
    out: &mut [u8],
) -> Result<(), VariantError> {
    ranges.check()?;
    shape.check()?;
    if samples.len() != out.len() || !samples.len().is_multiple_of(shape.bytes()) {
        return Err(VariantError::Length { samples: samples.len(), out: out.len() });
    }
    let mut source = Source::new(shape);
    let images = samples.chunks_exact(shape.bytes()).zip(out.chunks_exact_mut(shape.bytes()));
    for ((sample, image), index) in images.zip(first..) {
        source.load(sample);
        source.resample(&ranges.draw(seed, index), image);
    }
    Ok(())
}

/// Where each pixel of the result comes from: columns and rows in the source, with 32 binary places.
struct Inverse {
    origin: [i64; 2],
    per_column: [i64; 2],
    per_row: [i64; 2],
}

impl Inverse {
    fn new(affine: &Affine, shape: Shape) -> Self {
        let [across, down] = [(shape.width - 1) as f64 / 2.0, (shape.height - 1) as f64 / 2.0];
        let (sin, cos) = sin_cos(affine.rotation);
        let (sin, cos) = (sin / affine.scale, cos / affine.scale);
        let side = if affine.flip { -1.0 } else { 1.0 };
        let (x, y) = (-across - affine.shift[0], -down - affine.shift[1]);
        Self {
            origin: [fixed(across + side * (cos * x + sin * y)), fixed(down + (cos * y - sin * x))],
            per_column: [fixed(side * cos), fixed(-sin)],
            per_row: [fixed(side * sin), fixed(cos)],
        }
    }
}

fn fixed(number: f64) -> i64 {
    (number * (1_i64 << PLACES) as f64 + 0.5).floor() as i64
}

/// Sine and cosine of an angle in degrees, by Taylor series on ±45°; the same bits everywhere, unlike the platform's.
fn sin_cos(degrees: f64) -> (f64, f64) {
    /// 1/3!, 1/5! … as divisors from one term to the next.
    const SINE: [f64; 8] = [272.0, 210.0, 156.0, 110.0, 72.0, 42.0, 20.0, 6.0];
    const COSINE: [f64; 8] = [240.0, 182.0, 132.0, 90.0, 56.0, 30.0, 12.0, 2.0];
    let quarters = (degrees / 90.0 + 0.5).floor();
    let angle = (degrees - 90.0 * quarters) * (std::f64::consts::PI / 180.0);
    let square = angle * angle;
    let series = |divisors: [f64; 8]| divisors.iter().fold(1.0, |sum, divisor| 1.0 - square / divisor * sum);
    let (sin, cos) = (angle * series(SINE), series(COSINE));
    match (quarters as i64).rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// One image with a border of one pixel of zeros, so that all four neighbours of a point can be read.
struct Source {
    shape: Shape,
    padded: Vec<u8>,
    filled: Filled,
}

/// The rectangle of places that, as upper left of four neighbours, can have one that is not 0; most are outside.
#[derive(Clone, Copy, Default)]
struct Filled {
    left: i64,
    top: i64,
    width: i64,
    height: i64,
}

impl Source {
    fn new(shape: Shape) -> Self {
        let padded = vec![0; (shape.width + 2) * (shape.height + 2) * shape.channels];
        Self { shape, padded, filled: Filled::default() }
    }

    fn load(&mut self, sample: &[u8]) {
        let channels = self.shape.channels;
        let length = self.shape.width * channels;
        let (mut left, mut right, mut top, mut bottom) = (length, 0, self.shape.height, 0);
        let rows = self.padded.chunks_exact_mut(length + 2 * channels).skip(1).zip(sample.chunks_exact(length));
        for (row, (padded, pixels)) in rows.enumerate() {
            padded[channels..channels + length].copy_from_slice(pixels);
            let Some(start) = pixels.iter().position(|byte| *byte != 0) else { continue };
            let end = pixels.iter().rposition(|byte| *byte != 0).unwrap_or(start);
            (left, right) = (left.min(start / channels), right.max(end / channels + 1));
            (top, bottom) = (top.min(row), row + 1);
        }
        let [left, right, top, bottom] = [left, right, top, bottom].map(|side| side as i64);
        self.filled = Filled { left: left - 1, top: top - 1, width: right - left + 1, height: bottom - top + 1 };
    }

    fn resample(&self, affine: &Affine, out: &mut [u8]) {
        out.fill(0);
        match self.shape.channels {
            1 => self.resample_black::<true>(affine, out),
            _ => self.resample_black::<false>(affine, out),
        }
    }

    /// Resamples into an image of zeros. The one channel of grey images is known to the compiler, because it is then
    /// a quarter faster, and the loops are plain, because tests run them for whole data sets without optimisation.
    fn resample_black<const GREY: bool>(&self, affine: &Affine, out: &mut [u8]) {
        let channels = if GREY { 1 } else { self.shape.channels };
        let Filled { left, top, width, height } = self.filled;
        let Inverse { origin, per_column, per_row } = Inverse::new(affine, self.shape);
        let mut to = 0;
        for row in 0..self.shape.height as i64 {
            let (mut x, mut y) = (origin[0] + row * per_row[0], origin[1] + row * per_row[1]);
            for _ in 0..self.shape.width {
                let (column, line) = ((x >> PLACES) - left, (y >> PLACES) - top);
                if column >= 0 && column < width && line >= 0 && line < height {
                    self.interpolate(x, y, &mut out[to..to + channels]);
                }
                to += channels;
                (x, y) = (x + per_column[0], y + per_column[1]);
            }
        }
    }

    /// The value at a point between four pixels, at least one of which lies in the image.
    #[inline]
    fn interpolate(&self, x: i64, y: i64, pixel: &mut [u8]) {
        let channels = pixel.len();
        let stride = (self.shape.width + 2) * channels;
        let at = ((y >> PLACES) + 1) as usize * stride + ((x >> PLACES) + 1) as usize * channels;
        let (upper, lower) =
            (&self.padded[at..at + 2 * channels], &self.padded[at + stride..at + stride + 2 * channels]);
        let (right, down) = (weight(x), weight(y));
        let (left, up) = (WEIGHT_ONE - right, WEIGHT_ONE - down);
        for channel in 0..channels {
            let above = upper[channel] as u64 * left + upper[channel + channels] as u64 * right;
            let below = lower[channel] as u64 * left + lower[channel + channels] as u64 * right;
            pixel[channel] = ((above * up + below * down + WEIGHT_ONE * WEIGHT_ONE / 2) >> (2 * WEIGHT_PLACES)) as u8;
        }
    }
}

/// The places behind the point, cut to those of a weight.
const fn weight(coordinate: i64) -> u64 {
    (coordinate as u64 >> (PLACES - WEIGHT_PLACES)) & (WEIGHT_ONE - 1)
}

#[cfg(test)]
#[path = "image_tests.rs"]
mod tests;
