//! Tests of the transform of images by itself; its bytes are pinned in `reference_tests.rs`.

use super::*;

const STAY: Ranges = Ranges { scale: 0.0, rotation: 0.0, shift: 0.0, flip: false };
const DIGITS: Ranges = Ranges { scale: 0.1, rotation: 8.0, shift: 2.0, flip: true };
const SAME: Affine = Affine { flip: false, scale: 1.0, rotation: 0.0, shift: [0.0, 0.0] };
const GREY: Shape = Shape { height: 5, width: 6, channels: 1 };
const COLOUR: Shape = Shape { height: 4, width: 3, channels: 3 };

/// Bytes without order, none of them 0.
fn noise(shape: Shape, images: usize) -> Vec<u8> {
    (0..shape.bytes() * images).map(|at| (at * at * 31 + at * 7) as u8 | 1).collect()
}

fn transformed(affine: &Affine, shape: Shape, image: &[u8]) -> Vec<u8> {
    let (mut source, mut out) = (Source::new(shape), vec![99; image.len()]);
    source.load(image);
    source.resample(affine, &mut out);
    out
}

/// The image whose byte at row, column and channel is taken from the source at the place that `from` says.
fn rearranged(shape: Shape, image: &[u8], from: impl Fn(i64, i64) -> (i64, i64)) -> Vec<u8> {
    let side = |length: usize| 0..length as i64;
    let mut out = Vec::new();
    for (row, column) in side(shape.height).flat_map(|row| side(shape.width).map(move |column| (row, column))) {
        let (row, column) = from(row, column);
        let inside = side(shape.height).contains(&row) && side(shape.width).contains(&column);
        let at = |channel| (row as usize * shape.width + column as usize) * shape.channels + channel;
        out.extend((0..shape.channels).map(|channel| if inside { image[at(channel)] } else { 0 }));
    }
    out
}

#[test]
fn ranges_of_zero_change_nothing() {
    for shape in [GREY, COLOUR] {
        let samples = noise(shape, 7);
        let mut out = vec![0; samples.len()];
        transform(&STAY, &[3; 32], shape, 0, &samples, &mut out).unwrap();
        assert_eq!(out, samples);
    }
}

#[test]
fn whole_shifts_move_pixels_and_leave_zeros() {
    for (shape, (right, down)) in [(GREY, (1, 2)), (GREY, (-3, 0)), (COLOUR, (1, -1)), (COLOUR, (9, 0))] {
        let image = noise(shape, 1);
        let affine = Affine { shift: [right as f64, down as f64], ..SAME };
        let moved = rearranged(shape, &image, |row, column| (row - down, column - right));
        assert_eq!(transformed(&affine, shape, &image), moved, "{right} {down}");
    }
}

#[test]
fn quarter_turns_and_mirrors_only_rearrange() {
    let square = Shape { height: 5, width: 5, channels: 3 };
    let image = noise(square, 1);
    let turned = |rotation| transformed(&Affine { rotation, ..SAME }, square, &image);
    assert_eq!(turned(90.0), rearranged(square, &image, |row, column| (4 - column, row)), "clockwise");
    assert_eq!(turned(-90.0), rearranged(square, &image, |row, column| (column, 4 - row)));
    assert_eq!(turned(180.0), rearranged(square, &image, |row, column| (4 - row, 4 - column)));
    assert_eq!(turned(-180.0), turned(180.0));
    let mirrored = transformed(&Affine { flip: true, ..SAME }, square, &image);
    assert_eq!(mirrored, rearranged(square, &image, |row, column| (row, 4 - column)));
}

#[test]
fn points_between_pixels_are_weighted_and_halves_rounded_up() {
    let shape = Shape { height: 1, width: 3, channels: 1 };
    let half = Affine { shift: [0.5, 0.0], ..SAME };
    assert_eq!(transformed(&half, shape, &[10, 21, 0]), [5, 16, 11]);
    let larger = Affine { scale: 2.0, ..SAME };
    assert_eq!(transformed(&larger, shape, &[0, 100, 0]), [50, 100, 50], "twice as large about the middle pixel");
}

#[test]
fn scale_comes_before_rotation_and_shift_last() {
    let shape = Shape { height: 9, width: 9, channels: 1 };
    let mut image = vec![0; 81];
    image[4 * 9 + 5] = 200;
    let affine = Affine { scale: 1.0, flip: true, rotation: 90.0, shift: [2.0, 0.0] };
    // One right of the centre, mirrored to its left, turned to above it, moved two to the right.
    let out = transformed(&affine, shape, &image);
    assert_eq!(out.iter().position(|byte| *byte != 0), Some(3 * 9 + 6));
    assert_eq!(out[3 * 9 + 6], 200);
}

#[test]
fn a_sample_depends_on_the_seed_and_its_index_alone() {
    let shape = Shape { height: 28, width: 28, channels: 1 };
    let samples = noise(shape, 5);
    let run = |seed, first: usize, images: usize| {
        let range = first * 784..(first + images) * 784;
        let mut out = vec![0; images * 784];
        transform(&DIGITS, &[seed; 32], shape, first as u64, &samples[range], &mut out).unwrap();
        out
    };
    let whole = run(1, 0, 5);
    assert_eq!(whole, [run(1, 0, 2), run(1, 2, 1), run(1, 3, 2)].concat());
    let other = run(2, 0, 5);
    assert!(whole.chunks(784).zip(other.chunks(784)).all(|(one, two)| one != two));
}

#[test]
fn draws_are_uniform_over_their_ranges() {
    let draws: Vec<Affine> = (0..10_000).map(|index| DIGITS.draw(&[9; 32], index)).collect();
    let assert_uniform = |column: &dyn Fn(&Affine) -> f64, low: f64, high: f64| {
        let mut tenths = [0_u32; 10];
        for value in draws.iter().map(column) {
            assert!((low..high).contains(&value), "{value}");
            tenths[((value - low) / (high - low) * 10.0) as usize] += 1;
        }
        // Each counts 1000 of 10,000 with a standard deviation of 30.
        assert!(tenths.iter().all(|count| (850..1150).contains(count)), "{tenths:?}");
    };
    assert_uniform(&|draw| draw.scale, 0.9, 1.1);
    assert_uniform(&|draw| draw.rotation, -8.0, 8.0);
    assert_uniform(&|draw| draw.shift[0], -2.0, 2.0);
    assert_uniform(&|draw| draw.shift[1], -2.0, 2.0);
    let flipped = draws.iter().filter(|draw| draw.flip).count();
    assert!((4750..5250).contains(&flipped), "{flipped}");
    let together = draws.iter().filter(|draw| (draw.shift[0] > 0.0) == (draw.rotation > 0.0)).count();
    assert!((4750..5250).contains(&together), "{together}");
}

#[test]
fn sine_and_cosine_agree_with_the_platform() {
    for tenth in -1800..=1800 {
        let degrees = f64::from(tenth) / 10.0;
        let (sin, cos) = sin_cos(degrees);
        let (expected_sin, expected_cos) = degrees.to_radians().sin_cos();
        assert!((sin - expected_sin).abs() < 1e-15 && (cos - expected_cos).abs() < 1e-15, "{degrees}: {sin} {cos}");
    }
}

#[test]
fn impossible_ranges_and_shapes_are_refused() {
    let check = |ranges: Ranges| ranges.check().map_err(|error| error.to_string());
    assert_eq!(check(DIGITS), Ok(()));
    let wide = check(Ranges { scale: 0.6, ..DIGITS });
    assert_eq!(wide, Err("`scale` must lie between 0 and 0.5".to_owned()));
    assert!(check(Ranges { rotation: -1.0, ..DIGITS }).is_err());
    assert!(check(Ranges { shift: f64::NAN, ..DIGITS }).is_err());
    let run = |shape, samples: &[u8], out: &mut [u8]| transform(&STAY, &[0; 32], shape, 0, samples, out);
    assert_eq!(run(GREY, &[0; 29], &mut [0; 29]), Err(VariantError::Length { samples: 29, out: 29 }));
    assert_eq!(run(GREY, &[0; 60], &mut [0; 30]), Err(VariantError::Length { samples: 60, out: 30 }));
    let flat = Shape { width: 0, ..GREY };
    assert_eq!(run(flat, &[], &mut []), Err(VariantError::Shape(flat)));
    assert_eq!(run(GREY, &[], &mut []), Ok(()));
}

#[test]
fn the_widest_ranges_stay_inside_the_arithmetic() {
    let ranges = Ranges { scale: 0.5, rotation: 180.0, shift: 1024.0, flip: true };
    for shape in [Shape { height: 1, width: 4096, channels: 1 }, Shape { height: 4096, width: 2, channels: 1 }] {
        let samples = vec![255; shape.bytes() * 20];
        let mut out = vec![0; samples.len()];
        transform(&ranges, &[4; 32], shape, u64::MAX - 25, &samples, &mut out).unwrap();
    }
}
