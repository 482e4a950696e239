//! Which shapes and types of models fit an image exercise, and what is said about those that do not.

use super::*;

fn digits() -> Contract {
    let image =
        InputSpec { name: "images".into(), kind: InputKind::Image, shape: vec![28, 28, 1], dtype: Dtype::Float32 };
    Contract { inputs: vec![image], output: "scores".into(), classes: 10 }
}

fn tensor(dtype: Dtype, shape: &[i64]) -> TensorInfo {
    TensorInfo { name: "x".into(), dtype: Some(dtype), type_name: dtype.to_string(), shape: shape.to_vec() }
}

fn with_input(dtype: Dtype, shape: &[i64], scale: Option<Scale>) -> Result<Plan, Refusal> {
    plan(&digits(), scale, &[tensor(dtype, shape)], &[tensor(Dtype::Float32, &[-1, 10])])
}

fn with_outputs(outputs: &[TensorInfo]) -> Result<Plan, Refusal> {
    plan(&digits(), None, &[tensor(Dtype::Float32, &[-1, 28, 28, 1])], outputs)
}

#[test]
fn every_layout_of_a_grey_image_is_fed_as_the_model_asks() {
    use Adaptation::{LayoutChannelsFirst, LayoutFlat, LayoutNoChannel};
    for (shape, adapted) in [
        (&[-1, 28, 28, 1][..], vec![]),
        (&[-1, 1, 28, 28], vec![LayoutChannelsFirst]),
        (&[-1, 28, 28], vec![LayoutNoChannel]),
        (&[-1, 784], vec![LayoutFlat]),
        (&[-1, -1, -1, -1], vec![]),
        (&[-1, -1], vec![LayoutFlat]),
        (&[], vec![]),
    ] {
        let plan = with_input(Dtype::Float32, shape, None).unwrap();
        assert_eq!((plan.adapted, plan.batch, plan.fixed), (adapted, BATCH, false), "{shape:?}");
        assert_eq!(plan.feeds[0].shape.iter().product::<usize>(), 784);
    }
    for shape in [&[-1, 32, 32, 1][..], &[-1, 3, 28, 28], &[28, 28], &[-1, 783], &[0, 784], &[-1], &[1 << 40, 784]] {
        let refusal = with_input(Dtype::Float32, shape, None).unwrap_err();
        assert_eq!(refusal.reason, Reason::InputShape, "{shape:?}");
        assert!(refusal.args.contains(&("expected".into(), "[N,28,28,1]".into())));
    }
}

#[test]
fn a_fixed_batch_is_the_models_own() {
    let plan = with_input(Dtype::Float32, &[64, 784], None).unwrap();
    assert_eq!((plan.batch, plan.fixed), (64, true));
    assert_eq!(plan.adapted, [Adaptation::LayoutFlat, Adaptation::BatchFixed]);
}

#[test]
fn the_scale_is_as_declared_and_integers_are_raw() {
    let scale = |dtype, scale| with_input(dtype, &[-1, 28, 28, 1], scale).map(|plan| (plan.scale, plan.adapted));
    let standard = Scale::Standard { mean: 0.1307, std: 0.3081 };
    assert_eq!(scale(Dtype::Float32, None).unwrap(), (Scale::Unit, vec![]));
    assert_eq!(scale(Dtype::Float32, Some(standard)).unwrap(), (standard, vec![Adaptation::ScaleStandard]));
    assert_eq!(scale(Dtype::Uint8, None).unwrap(), (Scale::Raw, vec![Adaptation::InputInteger]));
    let shifted = vec![Adaptation::InputInteger, Adaptation::InputShifted];
    assert_eq!(scale(Dtype::Int8, Some(Scale::Raw)).unwrap(), (Scale::Raw, shifted));
    assert_eq!(scale(Dtype::Int64, Some(Scale::Unit)).unwrap_err().reason, Reason::ScaleForIntegers);
}

#[test]
fn inputs_pair_by_name_only_when_there_are_several() {
    let image = tensor(Dtype::Float32, &[-1, 784]);
    let outputs = [tensor(Dtype::Float32, &[-1, 10])];
    let reason = |inputs: &[TensorInfo]| plan(&digits(), None, inputs, &outputs).unwrap_err().reason;
    assert_eq!(reason(&[]), Reason::NoInput);
    assert_eq!(reason(&[image.clone(), image.clone()]), Reason::InputCount);
    let strings = TensorInfo { dtype: None, type_name: "string".into(), ..image.clone() };
    assert_eq!(reason(&[strings]), Reason::InputType);

    let mut two = digits();
    two.inputs.push(InputSpec { name: "second".into(), ..two.inputs[0].clone() });
    let named = |name: &str| TensorInfo { name: name.into(), ..image.clone() };
    let fitted = plan(&two, None, &[named("second"), named("images")], &outputs).unwrap();
    assert_eq!(fitted.feeds.iter().map(|feed| feed.name.as_str()).collect::<Vec<_>>(), ["images", "second"]);
    let refusal = plan(&two, None, &[named("images"), named("other")], &outputs).unwrap_err();
    assert_eq!((refusal.reason, refusal.args), (Reason::InputName, vec![("name".into(), "second".into())]));
}

#[test]
fn scores_are_preferred_to_labels() {
    let scores = tensor(Dtype::Float32, &[-1, 10]);
    let labels = tensor(Dtype::Int64, &[-1]);
    let map = TensorInfo { name: "p".into(), dtype: None, type_name: "sequence".into(), shape: vec![] };
    let chosen = |outputs: &[TensorInfo]| with_outputs(outputs).map(|plan| (plan.output, plan.kind, plan.adapted));
    assert_eq!(chosen(std::slice::from_ref(&scores)), Ok((0, Output::Scores, vec![])));
    assert_eq!(
        chosen(&[labels.clone(), tensor(Dtype::Float64, &[-1, -1]), scores.clone()]),
        Ok((2, Output::Scores, vec![Adaptation::OutputChosen]))
    );
    let from_labels = vec![Adaptation::OutputLabels, Adaptation::OutputChosen];
    assert_eq!(chosen(&[labels.clone(), map.clone()]), Ok((0, Output::Labels, from_labels)));
    assert_eq!(chosen(&[tensor(Dtype::Int64, &[1])]), Ok((0, Output::Labels, vec![Adaptation::OutputLabels])));
    assert_eq!(chosen(&[tensor(Dtype::Float16, &[])]), Ok((0, Output::Scores, vec![Adaptation::OutputFloat16])));

    assert_eq!(chosen(&[]).unwrap_err().reason, Reason::NoOutput);
    let refusal = chosen(&[tensor(Dtype::Float32, &[-1, 11]), map]).unwrap_err();
    assert_eq!(refusal.reason, Reason::OutputShape);
    assert_eq!(refusal.args[0].1, "float32 [N,11]; sequence […]");
}
