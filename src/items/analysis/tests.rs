//! The same numbers as numpy's, and verdicts that follow their rules.

use serde_json::Value;

use super::*;

/// The answers of a file that `tests/statistics/item_statistics.py` describes.
fn columns(csv: &str) -> Vec<Column> {
    let mut lines = csv.lines().map(|line| line.split(','));
    let heads = lines.next().unwrap();
    let key = |head: &str| head.split(':').nth(1).unwrap().chars().map(|digit| digit == '1').collect();
    let mut columns: Vec<Column> = heads.map(|head| Column { key: key(head), responses: Vec::new() }).collect();
    for line in lines {
        columns.iter_mut().zip(line).for_each(|(column, cell)| column.responses.push(response(cell)));
    }
    columns
}

fn response(cell: &str) -> Response {
    match cell.split_once(':') {
        None if cell.is_empty() => Response::NotPresented,
        None => Response::Blank,
        Some((share, options)) => Response::Answered {
            share: share.parse().unwrap(),
            options: options.split('|').filter_map(|option| option.parse().ok()).collect(),
        },
    }
}

fn same(ours: Option<f64>, numpy: &Value) {
    match (ours, numpy.as_f64()) {
        (Some(ours), Some(numpy)) => assert!((ours - numpy).abs() < 1e-9, "{ours} is not {numpy}"),
        (ours, numpy) => assert_eq!(ours, numpy),
    }
}

#[test]
fn numbers_are_those_of_numpy() {
    let numpy: Value = serde_json::from_str(include_str!("../../../tests/statistics/statistics.json")).unwrap();
    let files = [
        ("complete", include_str!("../../../tests/statistics/complete.csv")),
        ("drawn", include_str!("../../../tests/statistics/drawn.csv")),
    ];
    for (name, csv) in files {
        let columns = columns(csv);
        for (ours, numpy) in items(&columns).iter().zip(numpy[name]["items"].as_array().unwrap()) {
            assert_eq!(ours.n as u64, numpy["n"].as_u64().unwrap());
            same(ours.facility, &numpy["facility"]);
            same(ours.discrimination, &numpy["discrimination"]);
            same(ours.blank, &numpy["blank"]);
            assert_eq!(ours.options.len(), numpy["options"].as_array().unwrap().len());
            for (ours, numpy) in ours.options.iter().zip(numpy["options"].as_array().unwrap()) {
                same(Some(ours.all), &numpy["all"]);
                same(Some(ours.upper), &numpy["upper"]);
                same(Some(ours.lower), &numpy["lower"]);
            }
        }
        let (ours, numpy) = (paper(&columns), &numpy[name]["paper"]);
        assert_eq!(ours.n as u64, numpy["n"].as_u64().unwrap());
        same(ours.mean, &numpy["mean"]);
        same(ours.deviation, &numpy["deviation"]);
        same(ours.alpha, &numpy["alpha"]);
        same(ours.error, &numpy["error"]);
    }
}

#[test]
fn verdicts_follow_the_rules() {
    let all = items(&columns(include_str!("../../../tests/statistics/complete.csv")));
    assert!(matches!(all[1].verdicts[0], Verdict::CheckKey { rival: Some(_) }), "its key is reversed: {:?}", all[1]);
    assert!(matches!(all[2].verdicts[..], [Verdict::WeakDistractor { .. }]), "{:?}", all[2]);
    let few = columns(
        include_str!("../../../tests/statistics/complete.csv")
            .split_inclusive('\n')
            .take(30)
            .collect::<String>()
            .as_str(),
    );
    assert!(items(&few).iter().all(|item| item.n == 29 && item.verdicts == [Verdict::TooFewAnswers]));
}

/// A column of right (`1`) and wrong (`0`) answers to two options.
fn marks(marks: &[u8]) -> Column {
    let answered = |mark: &u8| Response::Answered { share: f64::from(*mark), options: [usize::from(1 - *mark)].into() };
    Column { key: vec![true, false], responses: marks.iter().map(answered).collect() }
}

#[test]
fn facility_bounds_the_review() {
    let verdicts = |right: usize, of: usize| {
        // The rest score has nothing to do with the item: it alternates.
        let item: Vec<u8> = (0..of).map(|candidate| u8::from(candidate >= of - right)).collect();
        let rest: Vec<u8> = (0..of).map(|candidate| u8::from(candidate % 2 == 1)).collect();
        items(&[marks(&item), marks(&rest), marks(&rest)])[0].clone()
    };
    let middling = verdicts(50, 100);
    assert_eq!(middling.verdicts, [Verdict::Review], "{middling:?}");
    assert_eq!(verdicts(98, 100).verdicts, [], "nearly all are right");
    assert_eq!(verdicts(100, 100).discrimination, None);
    assert_eq!(verdicts(100, 100).verdicts, [Verdict::WeakDistractor { option: 1 }]);
}

#[test]
fn nothing_is_no_fault() {
    assert_eq!(items(&[]), []);
    let nothing = paper(&[]);
    assert_eq!((nothing.n, nothing.mean, nothing.alpha), (0, None, None));
    let one = [Column { key: vec![true, false], responses: vec![Response::Blank] }];
    assert_eq!((items(&one)[0].blank, items(&one)[0].discrimination), (Some(1.0), None));
    let absent = [Column { key: Vec::new(), responses: vec![Response::NotPresented; 40] }];
    assert_eq!((items(&absent)[0].n, items(&absent)[0].facility), (0, None));
    assert_eq!(paper(&absent).n, 0);
}
