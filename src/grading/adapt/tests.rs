//! Which shapes and types of models fit an image exercise, and what is said about those that do not.

use super::*;
use crate::grading::contract::{InputKind, InputSpec, Target};

fn digits() -> Contract {
    let image =
        InputSpec { name: "images".into(), kind: InputKind::Image, shape: vec![28, 28, 1], dtype: Dtype::Float32 };
    let target = Target::Classes((0..10).map(|digit| digit.to_string()).collect());
    Contract { inputs: vec![image], output: "scores".into(), target }
}

fn tensor(dtype: Dtype, shape: &[i64]) -> TensorInfo {
    TensorInfo { name: "x".into(), kind: ValueKind::Tensor(dtype), type_name: dtype.to_string(), shape: shape.to_vec() }
}

fn with_input(dtype: Dtype, shape: &[i64], scale: Option<Scale>) -> Result<Plan, Refusal> {
    plan(&digits(), scale, &[tensor(dtype, shape)], &[tensor(Dtype::Float32, &[-1, 10])])
}

fn with_outputs(outputs: &[TensorInfo]) -> Result<Plan, Refusal> {
    plan(&digits(), None, &[tensor(Dtype::Float32, &[-1, 28, 28, 1])], outputs)
}

#[test]
fn every_layout_of_a_grey_image_is_fed_as_the_model_asks() {
    use Adaptation::{
        BatchNone, LayoutChannelsFirst, LayoutFlat, LayoutNoChannel, LayoutSingletons, LayoutThreeChannels,
    };
    for (shape, adapted) in [
        (&[-1, 28, 28, 1][..], vec![]),
        (&[-1, 1, 28, 28], vec![LayoutChannelsFirst]),
        (&[-1, 28, 28], vec![LayoutNoChannel]),
        (&[-1, 784], vec![LayoutFlat]),
        (&[-1, -1, -1, -1], vec![]),
        (&[-1, -1], vec![LayoutFlat]),
        (&[], vec![]),
        (&[-1, 28, 1, 28], vec![LayoutSingletons]),
        (&[-1, 1, 784], vec![LayoutSingletons]),
        (&[-1, 3, 28, 28], vec![LayoutThreeChannels]),
        (&[-1, 28, 28, 3], vec![LayoutThreeChannels]),
        (&[28, 28], vec![LayoutNoChannel, BatchNone]),
        (&[784], vec![LayoutFlat, BatchNone]),
    ] {
        let plan = with_input(Dtype::Float32, shape, None).unwrap();
        let is_bare = adapted.contains(&BatchNone);
        assert_eq!((plan.adapted, plan.fixed), (adapted, is_bare), "{shape:?}");
        assert_eq!(plan.batch, if is_bare { 1 } else { BATCH });
        assert_eq!(plan.feeds[0].shape.iter().product::<usize>() % 784, 0);
    }
    for shape in [&[-1, 32, 32, 1][..], &[-1, 2, 28, 28], &[28, 27], &[-1, 783], &[0, 784], &[-1], &[1 << 40, 784]] {
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
    assert_eq!(scale(Dtype::Float32, None).unwrap(), (Some(Scale::Unit), vec![]));
    assert_eq!(scale(Dtype::Float32, Some(standard)).unwrap(), (Some(standard), vec![Adaptation::ScaleStandard]));
    assert_eq!(scale(Dtype::Uint8, None).unwrap(), (Some(Scale::Raw), vec![Adaptation::InputInteger]));
    let shifted = vec![Adaptation::InputInteger, Adaptation::InputShifted];
    assert_eq!(scale(Dtype::Int8, Some(Scale::Raw)).unwrap(), (Some(Scale::Raw), shifted));
    assert_eq!(scale(Dtype::Int64, Some(Scale::Unit)).unwrap_err().reason, Reason::ScaleForIntegers);
}

#[test]
fn inputs_pair_by_name_only_when_there_are_several() {
    let image = tensor(Dtype::Float32, &[-1, 784]);
    let outputs = [tensor(Dtype::Float32, &[-1, 10])];
    let reason = |inputs: &[TensorInfo]| plan(&digits(), None, inputs, &outputs).unwrap_err().reason;
    assert_eq!(reason(&[]), Reason::NoInput);
    assert_eq!(reason(&[image.clone(), image.clone()]), Reason::InputCount);
    assert_eq!(reason(&[tensor(Dtype::String, &[-1, 784])]), Reason::InputType);

    let mut two = digits();
    two.inputs.push(InputSpec { name: "second".into(), ..two.inputs[0].clone() });
    let named = |name: &str| TensorInfo { name: name.into(), ..image.clone() };
    let fitted = plan(&two, None, &[named("second"), named("images")], &outputs).unwrap();
    assert_eq!(fitted.feeds.iter().map(|feed| feed.name.as_str()).collect::<Vec<_>>(), ["images", "second"]);
    let refusal = plan(&two, None, &[named("images"), named("other")], &outputs).unwrap_err();
    assert_eq!((refusal.reason, refusal.args), (Reason::InputName, vec![("name".into(), "second".into())]));
}

#[test]
fn scores_come_before_labels_and_exact_shapes_before_vague_ones() {
    let scores = tensor(Dtype::Float32, &[-1, 10]);
    let labels = tensor(Dtype::Int64, &[-1]);
    let maps =
        TensorInfo { kind: ValueKind::Maps(Dtype::Int64), type_name: "sequence".into(), ..tensor(Dtype::Int64, &[]) };
    let order = |outputs: &[TensorInfo]| -> Vec<(usize, Expected)> {
        let plan = with_outputs(outputs).unwrap();
        plan.candidates.iter().map(|one| (one.outputs[0], one.expected)).collect()
    };
    assert_eq!(order(std::slice::from_ref(&scores)), [(0, Expected::Scores)]);
    assert_eq!(
        order(&[labels.clone(), tensor(Dtype::Float64, &[-1, -1]), scores.clone()]),
        [(2, Expected::Scores), (1, Expected::ScoresOrLabels), (0, Expected::Labels)]
    );
    assert_eq!(order(&[labels.clone(), maps.clone()]), [(1, Expected::Maps), (0, Expected::Labels)]);
    assert_eq!(order(&[tensor(Dtype::Int64, &[1])]), [(0, Expected::Labels)]);
    assert_eq!(order(&[tensor(Dtype::Float16, &[])]), [(0, Expected::ScoresOrLabels)]);
    let named = |name: &str| TensorInfo { name: name.into(), ..scores.clone() };
    assert_eq!(order(&[named("features"), named("scores")])[0].0, 1, "the exercise's own name");
    let columns: Vec<_> = (0..10).map(|_| tensor(Dtype::Float32, &[-1, 1])).collect();
    assert_eq!(with_outputs(&columns).unwrap().candidates[0].outputs.len(), 10);
}

#[test]
fn outputs_that_cannot_be_predictions_have_their_reasons() {
    let reason = |outputs: &[TensorInfo]| with_outputs(outputs).unwrap_err();
    assert_eq!(reason(&[]).reason, Reason::NoOutput);
    let refusal = reason(&[tensor(Dtype::Float32, &[-1, 11])]);
    assert_eq!((refusal.reason, refusal.args[0].1.as_str()), (Reason::ClassCount, "11"));
    let other = TensorInfo { kind: ValueKind::Other, type_name: "map".into(), ..tensor(Dtype::Int64, &[]) };
    let refusal = reason(&[tensor(Dtype::Float32, &[-1, 11]), other]);
    assert_eq!(refusal.reason, Reason::OutputShape);
    assert_eq!(refusal.args[0].1, "float32 [N,11]; map […]");
}

#[test]
fn texts_token_ids_and_measurements_go_where_they_fit() {
    let with = |kind, shape: &[usize], dtype, found: Dtype, declared: &[i64]| {
        let spec = InputSpec { name: "x".into(), kind, shape: shape.to_vec(), dtype };
        let contract = Contract { inputs: vec![spec], ..digits() };
        plan(&contract, None, &[tensor(found, declared)], &[tensor(Dtype::Float32, &[-1, 10])]).map(|plan| plan.scale)
    };
    let text = |found, declared: &[i64]| with(InputKind::Text, &[], Dtype::String, found, declared);
    assert_eq!(text(Dtype::String, &[-1]), Ok(None));
    assert_eq!(text(Dtype::String, &[-1, 1]), Ok(None));
    assert_eq!(text(Dtype::Int64, &[-1]).unwrap_err().reason, Reason::InputType);
    let tokens = |found| with(InputKind::Tokens, &[64], Dtype::Int64, found, &[-1, 64]);
    assert!(tokens(Dtype::Int32).is_ok() && tokens(Dtype::Float32).is_ok() && tokens(Dtype::String).is_err());
    let vector = |found, declared: &[i64]| with(InputKind::Vector, &[30], Dtype::Float32, found, declared);
    assert!(vector(Dtype::Float64, &[-1, 30]).is_ok() && vector(Dtype::Int64, &[-1, 30]).is_err());
    assert_eq!(vector(Dtype::Float32, &[-1, 29]).unwrap_err().reason, Reason::InputShape);
}
