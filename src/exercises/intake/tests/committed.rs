//! The data of the committed exercises, as if an instructor had uploaded them.

use super::*;

fn uploaded(exercise: &str, files: &[&str], described: &Described) -> Collected {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises").join(exercise).join("data");
    let paths: Vec<PathBuf> = files.iter().map(|name| folder.join(name)).collect();
    let files: Vec<UploadedFile<'_>> =
        files.iter().zip(&paths).map(|(name, path)| UploadedFile { name, path }).collect();
    read(&files, described).unwrap()
}

fn of_classes(collected: &Collected) -> Task {
    Task::Classification { classes: collected.classes.clone().unwrap() }
}

#[test]
fn handwritten_digits_are_images_of_ten_classes() {
    let digits = uploaded("mnist-digits", &["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"], &classes());
    assert_eq!((digits.len(), digits.shape.as_slice(), digits.kind), (10_000, &[28, 28, 1][..], InputKind::Image));
    assert_eq!(digits.classes.as_ref().unwrap().len(), 10);
    assert!((majority_share(&digits) - 0.1135).abs() < 1e-12);
    let parts = split(&digits, Shares { public: 0.1, hidden: 0.9, private: 0.0 }, 1).unwrap();
    assert_eq!((parts.public.as_ref().unwrap().len(), parts.hidden.len()), (1_000, 9_000));
    assert_eq!(kept_files(PartName::Hidden, &parts.hidden, "image").unwrap()[0].bytes.len(), 128 + 9_000 * 784);
    let found = findings(None, &parts.hidden, None, &of_classes(&digits));
    assert_eq!(found, [], "no image is there twice, and no class is missing");
}

#[test]
fn measured_tumours_are_a_table_without_faults() {
    let described = Described { label: Some("diagnosis".into()), ..classes() };
    let [public, hidden] = ["public.csv", "hidden.csv"].map(|file| uploaded("breast-cancer", &[file], &described));
    assert_eq!((hidden.shape.as_slice(), hidden.kind), (&[30][..], InputKind::Vector));
    assert_eq!(hidden.classes.as_ref().unwrap(), &["benign", "malignant"]);
    assert_eq!(findings(Some(&public), &hidden, None, &of_classes(&hidden)), []);
}

#[test]
fn questions_are_texts_in_two_scripts() {
    let described = Described { label: Some("topic".into()), columns: vec!["text".into()], ..classes() };
    let [public, hidden] = ["public.csv", "hidden.csv"].map(|file| uploaded("course-questions", &[file], &described));
    assert_eq!((public.kind, public.classes.as_ref()), (InputKind::Text, hidden.classes.as_ref()));
    let found = findings(Some(&public), &hidden, None, &of_classes(&hidden));
    assert!(found.iter().all(|finding| finding.severity == Severity::Warning), "{found:?}");
}
