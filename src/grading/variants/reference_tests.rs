//! The transforms' outcome is that of an independent implementation, byte for byte: `tests/data/variants`.

use super::*;

const REFERENCE: &str = include_str!("../../../tests/data/variants/reference.json");

#[derive(Deserialize)]
struct Reference {
    seed: String,
    images: Vec<Images>,
    texts: Vec<Texts>,
}

#[derive(Deserialize)]
struct Images {
    family: Family,
    shape: [usize; 3],
    first: u64,
    samples: Vec<String>,
    variants: Vec<String>,
}

#[derive(Deserialize)]
struct Texts {
    family: Family,
    first: u64,
    samples: Vec<String>,
    variants: Vec<String>,
}

fn reference() -> (Reference, Seed) {
    let reference: Reference = serde_json::from_str(REFERENCE).unwrap();
    let seed = bytes(&reference.seed).try_into().unwrap();
    (reference, seed)
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn images_are_those_of_the_reference() {
    let (reference, seed) = reference();
    for Images { family, shape: [height, width, channels], first, samples, variants } in reference.images {
        let Family::Image(ranges) = family else { panic!("{family:?}") };
        let samples: Vec<u8> = samples.iter().flat_map(|hex| bytes(hex)).collect();
        let mut out = vec![0; samples.len()];
        image::transform(&ranges, &seed, image::Shape { height, width, channels }, first, &samples, &mut out).unwrap();
        let expected: Vec<u8> = variants.iter().flat_map(|hex| bytes(hex)).collect();
        assert!(out == expected, "{family:?}: other bytes than the reference");
        assert!(out != samples, "{family:?}: unchanged");
    }
}

#[test]
fn texts_are_those_of_the_reference() {
    let (reference, seed) = reference();
    for Texts { family, first, samples, variants } in reference.texts {
        let Family::Text(changes) = family else { panic!("{family:?}") };
        assert_eq!(text::transform(changes, &seed, first, &samples), variants);
    }
}

/// CRC-32 (ISO-HDLC), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step =
        |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)));
    !bytes.iter().fold(!0, step)
}

#[test]
fn the_bytes_never_change() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    let mut draws = draw::Draws::new(&[8; 32], 0);
    let samples: Vec<u8> = (0..50 * 28 * 28).map(|_| u8::try_from(draws.bits(8)).unwrap()).collect();
    let ranges = image::Ranges { scale: 0.1, rotation: 8.0, shift: 2.0, flip: true };
    let mut out = vec![0; samples.len()];
    let shape = image::Shape { height: 28, width: 28, channels: 1 };
    image::transform(&ranges, &[9; 32], shape, 1_000_000, &samples, &mut out).unwrap();
    assert_eq!(crc32(&out), 0x1CED_FBEC, "people's results would change: that needs a new grader version");
}

#[test]
fn a_manifest_names_family_and_ranges_and_nothing_else() {
    let parse = |json: &str| serde_json::from_str::<Family>(json).map_err(|error| error.to_string());
    let digits = image::Ranges { scale: 0.1, rotation: 8.0, shift: 2.0, flip: false };
    let found = parse(r#"{"family": "image", "scale": 0.10, "rotation": 8, "shift": 2}"#);
    assert_eq!(found, Ok(Family::Image(digits)));
    assert_eq!(found.unwrap().check(), Ok(()));
    let all = text::Changes { case: true, spacing: true, punctuation: true };
    let json = r#"{"family":"text","case":true,"spacing":true,"punctuation":true}"#;
    assert_eq!(parse(json), Ok(Family::Text(all)));
    assert_eq!(serde_json::to_string(&Family::Text(all)).unwrap(), json);
    assert!(parse(r#"{"family": "image", "scale": 0.1, "rotation": 8}"#).unwrap_err().contains("shift"));
    assert!(parse(r#"{"family": "text", "case": true, "spacing": true, "punctuation": true, "x": 1}"#).is_err());
    assert!(parse(r#"{"family": "sound"}"#).is_err());
    let wide = parse(r#"{"family": "image", "scale": 1, "rotation": 0, "shift": 0}"#).unwrap();
    assert_eq!(wide.check(), Err(VariantError::Range { name: "scale", most: 0.5 }));
}
