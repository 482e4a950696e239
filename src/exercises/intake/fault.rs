//! Why uploaded files were not taken; every fault has a sentence in `intake.ftl`, under its key.

use thiserror::Error;

/// Declares the enum, and for each variant the key of its sentence and the arguments of the same names as its fields.
macro_rules! faults {
    ($($variant:ident $key:literal $text:literal { $($field:ident: $kind:ty),* })+) => {
        /// Why uploaded files were not taken: what, where, and by its sentence what to do.
        ///
        /// Rows and samples are counted from 1, without a header line.
        #[derive(Debug, Error, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the sentence of each variant names its fields")]
        pub enum IntakeFault {
            $(#[doc = $text] #[error($text)] $variant { $($field: $kind),* },)+
        }

        impl IntakeFault {
            /// The key of its sentence.
            pub fn key(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $key,)+ }
            }

            /// The arguments of its sentence.
            pub fn args(&self) -> Vec<(&'static str, String)> {
                match self { $(Self::$variant { $($field),* } => vec![$((stringify!($field), $field.to_string())),*],)+ }
            }

            /// The key of every sentence.
            #[cfg(test)]
            pub(super) const KEYS: &[&str] = &[$($key),+];
        }
    };
}

faults! {
    NoFiles "intake-no-files" "no file" {}
    TooManyFiles "intake-too-many-files" "{found} files, at most 2" { found: usize }
    Unreadable "intake-unreadable" "{file}: {detail}" { file: String, detail: String }
    UnknownFormat "intake-unknown-format" "{file}: unknown format" { file: String }
    NoPair "intake-no-pair" "{first} and {second} are not samples and labels" { first: String, second: String }
    NoLabels "intake-no-labels" "{file}: no labels" { file: String }
    NoSamples "intake-no-samples" "{file}: no samples" { file: String }
    Counts "intake-counts" "{samples} samples for {labels} labels" { samples: usize, labels: usize }
    TooManySamples "intake-too-many-samples" "{file}: {found} samples, at most {limit}" { file: String, found: usize, limit: usize }
    TooManyColumns "intake-too-many-columns" "{file}: {found} columns, at most {limit}" { file: String, found: usize, limit: usize }
    TooManyNumbers "intake-too-many-numbers" "{file}: numbers of more than {limit} MiB" { file: String, limit: usize }
    TooMuchText "intake-too-much-text" "{file}: texts of more than {limit} MB" { file: String, limit: usize }
    Damaged "intake-damaged" "{file}: damaged" { file: String }
    Truncated "intake-truncated" "{file}: {expected} bytes declared, {found} there" { file: String, expected: u64, found: u64 }
    GoesOn "intake-goes-on" "{file}: goes on after {expected} bytes" { file: String, expected: u64 }

    ArchiveEntries "intake-archive-entries" "{file}: more than {limit} entries" { file: String, limit: usize }
    ArchiveEmpty "intake-archive-empty" "{file}: no images" { file: String }
    EntryName "intake-entry-name" "{file}: {entry}: bad name" { file: String, entry: String }
    EntryLink "intake-entry-link" "{file}: {entry}: a link" { file: String, entry: String }
    EntryEncrypted "intake-entry-encrypted" "{file}: {entry}: encrypted" { file: String, entry: String }
    EntryDamaged "intake-entry-damaged" "{file}: {entry}: damaged" { file: String, entry: String }
    EntryBomb "intake-entry-bomb" "{file}: {entry}: unpacks to too much" { file: String, entry: String }
    EntryPlace "intake-entry-place" "{file}: {entry}: not in the folder of a class" { file: String, entry: String }
    EntryNoImage "intake-entry-no-image" "{file}: {entry}: not an image" { file: String, entry: String }
    ImageTooLarge "intake-image-too-large" "{file}: {entry}: {width} × {height} pixels, at most {limit} a side" { file: String, entry: String, width: u32, height: u32, limit: u32 }
    ImageMemory "intake-image-memory" "{file}: {entry}: needs too much memory" { file: String, entry: String }
    ImageSize "intake-image-size" "{file}: {entry}: {width} × {height}, the first has {wanted}" { file: String, entry: String, width: u32, height: u32, wanted: String }
    ImageColours "intake-image-colours" "{file}: {entry}: {found}, unlike the first" { file: String, entry: String, found: &'static str }

    NoArray "intake-no-array" "{file}: no array {wanted} among {found}" { file: String, wanted: String, found: String }
    Pickle "intake-pickle" "{file}: an array of objects" { file: String }
    ArrayType "intake-array-type" "{file}: type {found}" { file: String, found: String }
    ArrayShape "intake-array-shape" "{file}: shape {shape}" { file: String, shape: String }
    ArrayNumber "intake-array-number" "{file}: sample {sample}, element {element} is {value}" { file: String, sample: usize, element: usize, value: String }

    NotUtf8 "intake-not-utf8" "{file}: line {line} is not UTF-8" { file: String, line: u64 }
    NoHeader "intake-no-header" "{file}: no header line" { file: String }
    NoColumn "intake-no-column" "{file}: no column {column} among {found}" { file: String, column: String, found: String }
    TwoColumns "intake-two-columns" "{file}: two columns {column}" { file: String, column: String }
    LabelAsFeature "intake-label-as-feature" "{file}: column {column} is feature and label" { file: String, column: String }
    LongRow "intake-long-row" "{file}: row {row} is longer than {limit} MB" { file: String, row: u64, limit: u64 }
    RowLength "intake-row-length" "{file}: row {row} has {found} cells, not {expected}" { file: String, row: u64, found: u64, expected: u64 }
    EmptyCell "intake-empty-cell" "{file}: row {row}, column {column} is empty" { file: String, row: usize, column: String }
    NotANumber "intake-not-a-number" "{file}: row {row}, column {column}: {value}" { file: String, row: usize, column: String, value: String }
    ColumnType "intake-column-type" "{file}: column {column} holds {found}" { file: String, column: String, found: String }
    Compression "intake-compression" "{file}: compressed by {found}" { file: String, found: String }

    LabelShape "intake-label-shape" "{file}: {each} labels a sample" { file: String, each: usize }
    LabelFraction "intake-label-fraction" "{file}: label {value} of sample {row}" { file: String, row: usize, value: String }
    LabelNoNumber "intake-label-no-number" "{file}: label {value} of sample {row}" { file: String, row: usize, value: String }
    LabelEmpty "intake-label-empty" "{file}: no label of sample {row}" { file: String, row: usize }
    OneClass "intake-one-class" "{file}: one class, {class}" { file: String, class: String }
    TooManyClasses "intake-too-many-classes" "{file}: {found} classes, at most {limit}" { file: String, found: usize, limit: usize }
    ClassNames "intake-class-names" "{found} names for {wanted} classes" { found: usize, wanted: usize }
    MixedNames "intake-mixed-names" "{part}: every label is a number, but other classes have names" { part: &'static str }

    Kind "intake-kind" "{file}: not {kind}" { file: String, kind: &'static str }
    Pixels "intake-pixels" "{file}: sample {sample} has the pixel {value}" { file: String, sample: usize, value: String }
    Tokens "intake-tokens" "{file}: sample {sample} has {value}" { file: String, sample: usize, value: String }
    TextsAreNumbers "intake-texts-are-numbers" "{file}: the texts are numbers" { file: String }
    LongText "intake-long-text" "{file}: text {row} is longer than {limit} kB" { file: String, row: usize, limit: usize }

    BadShares "intake-bad-shares" "shares" {}
    EmptyPart "intake-empty-part" "{part}: no sample" { part: &'static str }
}
