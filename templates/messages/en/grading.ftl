# How a grading ended: a short heading for each verdict.
verdict-passed = Passed
verdict-below_mark = Below the mark
verdict-invalid_model = Not a usable model
verdict-unsupported_operator = Operator not available
verdict-wrong_input = The model's input does not fit
verdict-wrong_output = The model's output does not fit
verdict-external_data = The weights are in another file
verdict-time_limit = Out of time
verdict-memory_limit = Out of memory
verdict-output_limit = Too much output
verdict-disk_limit = Out of disk space
verdict-not_finite = The scores are not numbers
verdict-crashed = The run crashed
verdict-no_model = The script left no model
verdict-script_error = The script ended with an error
verdict-cancelled = Cancelled
verdict-platform_fault = A fault on our side

# What happened, why, and what to do next.
reason-passed = The pass mark was reached.
reason-distinction = The pass mark was reached, with distinction.
reason-below_mark = The model ran well but scored below the pass mark. Look at which classes it confuses, improve the training, and submit again. If the score is much lower than in your own test, check that the scale you chose is the one you trained with.
reason-empty_file = The file has no bytes, so there was nothing to run. The upload or the export was probably interrupted: check the size of your file and submit it again.
reason-too_large = The file has { $size }, and this exercise allows { $limit }. Export without optimiser state, use float16 or quantise the weights, or make the network smaller.
reason-file_is_zip = This is a ZIP archive: a Keras .keras file, a PyTorch .pt file, or a zipped model. Export the model to ONNX, in Keras with model.export("model.onnx", format="onnx"), in PyTorch with torch.onnx.export, and submit that single file.
reason-file_is_hdf5 = This is an HDF5 file, as Keras writes with the ending .h5. Load it in Keras, export it with model.export("model.onnx", format="onnx"), and submit that file.
reason-file_is_pickle = This is a Python pickle, which is a program and cannot be graded. Export the model to ONNX, for scikit-learn with skl2onnx, and submit that file.
reason-file_is_html = This is a web page, probably a download page that was saved instead of the model. Download the model itself and submit that file.
reason-file_is_ort = This is a model in ONNX Runtime's own .ort format. Submit the .onnx file that it was made from.
reason-not_onnx = The bytes of this file are not an ONNX model. Export the model to ONNX again, check that it loads with onnxruntime.InferenceSession, and submit that file.
reason-truncated = The file ends in the middle of the model. The upload or the export was probably interrupted: check the size of your file and submit it again.
reason-too_many_nodes = The model has more than { $limit } nodes. That usually means that a loop was unrolled by the exporter: export with vectorised operations instead.
reason-too_deep = Graphs or types in the model are nested too deeply. No ordinary exporter does this: export the model again without nested branches.
reason-tensor_too_large = The tensor "{ $name }" declares an impossible or enormous shape. Export the model again, and check its shapes with onnx.checker.
reason-tensor_data = The tensor "{ $name }" has fewer values than its shape declares, so the file is damaged or incomplete. Export the model again as one self-contained file.
reason-local_functions = The model defines functions of its own, which are not graded. Inline them with onnx.inliner.inline_local_functions and submit the result.
reason-training_info = The model carries training information. Export it for inference only and submit that file.
reason-sparse_tensor = The model has sparse tensors, which are not graded. Export it with dense weights.
reason-opset_too_new = The model is written for operator set { $opset }, which is newer than this grader's ONNX Runtime 1.31.1. Export with a lower opset version, for example 17.
reason-load_failed = ONNX Runtime could not load the model. What it said is shown below. Check that the model loads on your machine with onnxruntime.InferenceSession, then export and submit it again.
reason-run_failed = ONNX Runtime loaded the model but stopped with an error while running it. What it said is shown below. Run the model on your machine on a batch of 100 samples, correct the graph, and submit it again.
reason-operator_not_allowed = The model uses the operator "{ $op }", which exercises do not allow: loops, branches, randomness and some special operators are left out so that every run ends and repeats exactly. Rewrite that part with ordinary operators and export again.
reason-operator_domain = The model uses the operator "{ $op }" from the domain "{ $domain }", which this grader does not have. Use operators of the standard ONNX domains and export again.
reason-operator_unknown = The model uses an operator, or a version of one, that ONNX Runtime 1.31.1 does not have. What it said is shown below. Export with another opset version, or replace the operator.
reason-no_input = The model has no input, so no samples can be given to it. Export the model together with its input.
reason-input_count = The model has { $found } inputs, and the exercise gives { $expected }. Export the model so that it takes only the samples.
reason-input_name = The model has no input named "{ $name }". Models with several inputs must name them as the exercise does: rename the input and export again.
reason-input_shape = The input "{ $name }" has the shape { $found }, and the exercise gives { $expected } (images may also come flat, without the channel, or with the channel first). Change the first layer or reshape inside the model, and export again.
reason-input_type = The input "{ $name }" has the type { $found }, to which images cannot be converted. Use float32, float64, float16 or an integer type.
reason-scale_for_integers = The scale "{ $scale }" gives fractions, but the model's input has the integer type { $found }. Submit it with the scale "raw", or export the model with a float32 input.
reason-no_output = The model has no output, so there is nothing to score. Export the model together with its output.
reason-output_shape = No output of the model has the form { $expected }, one score for each class, or is a list of labels. Found: { $found }. Let the model return its scores or its labels, and export again.
reason-output_rows = The model returned { $found } rows for { $expected } samples. One row for each sample is needed: check that no layer mixes or drops the batch dimension, and export with a dynamic batch size.
reason-label_range = A predicted label is not one of the { $classes } classes, which are numbered from 0. Check that the labels start at 0 and that no class is added.
reason-external_data = The model keeps its weights in a second file, which is not part of this submission. Export one self-contained file: in PyTorch with torch.onnx.export(…, external_data=False), or load and save it with onnx.save.
reason-wall_time = The run took longer than the { $seconds } seconds it may take, and was stopped. Make the model smaller, or export it with a dynamic batch size so that many samples are computed at once.
reason-cpu_time = The run used more than the { $seconds } seconds of processor time it may use, and was stopped. Make the model smaller, or export it with a dynamic batch size so that many samples are computed at once.
reason-memory = The model asked for more than the { $megabytes } MB of memory it may use. Make the layers smaller, or check for an operator that makes a very large tensor.
reason-output_size = The run wrote more than its predictions and was stopped. Return only one score for each class and sample.
reason-not_finite = Some scores are NaN or infinite, so no class can be read from them. Look for a division by zero, the logarithm of zero or an overflow of float16, check that the training did not diverge, and export again.
reason-crashed_signal = The process that ran the model was ended by signal { $signal }. A damaged model can cause this: export it again and check it with onnx.checker before you submit.
reason-crashed_exit = The process that ran the model ended without an answer (code { $code }). A damaged model can cause this: export it again and check it with onnx.checker before you submit.
reason-cancelled = The grading was stopped on request before it was complete. It does not use an attempt; submit again whenever you like.
reason-platform_fault = We could not grade this because of a server fault. It does not use an attempt. We will try again by ourselves; if it goes on, tell the operators.

# What was done so that the model fits.
adapted-layout_flat = The images were given flat, as one row of pixels each.
adapted-layout_no_channel = The images were given without the channel dimension.
adapted-layout_channels_first = The images were given with the channel first.
adapted-layout_channels_last = The images were given with the channel last.
adapted-batch_fixed = The model has a fixed batch size; the samples were given in batches of that size, the last one filled up.
adapted-input_float64 = The pixels were given in double precision.
adapted-input_float16 = The pixels were given in half precision.
adapted-input_integer = The pixels were given as whole numbers from 0 to 255.
adapted-input_shifted = The pixels were shifted by 128 to fit signed bytes.
adapted-scale_raw = The pixels were given unscaled, from 0 to 255.
adapted-scale_signed = The pixels were scaled to the range from −1 to 1.
adapted-scale_standard = The pixels were standardised with the given mean and standard deviation.
adapted-output_labels = The model returns labels, not scores.
adapted-output_chosen = The model has several outputs; the one that fits the exercise was used.
adapted-output_float64 = The scores are in double precision.
adapted-output_float16 = The scores are in half precision.

metric-accuracy = Accuracy
metric-balanced_accuracy = Balanced accuracy
metric-macro_f1 = Macro F1

# assay grade and assay check
grade-score = { $correct } of { $n } samples correct: { $score }. The pass mark is { $mark }.
grade-interval = 95 % Wilson interval of the accuracy: { $low } to { $high }.
grade-diagnostic = ONNX Runtime said: { $text }
grade-no-exercise = There is no exercise "{ $name }" below { $folder }. Name one of: { $known }; or give the folder with --content.
grade-no-content = There is no folder "exercises" in { $folder }. Give the folder that contains it with --content.
grade-no-model = The file { $file } cannot be read: { $error }. Check the path.
grade-scripts-later = { $file } is not an ONNX file. This version grades .onnx files only: run the script yourself and grade the model that it writes.
grade-bad-content = The exercise cannot be used: { $error }
grade-our-fault = The model could not be graded because of a fault on our side: { $error }
grade-progress = { $done } of { $total } samples

check-exercise = { $name }: version { $version }
check-ok = { $file }: { $verdict }, as expected
check-correct = { $file }: { $verdict } with { $correct } correct, as expected
check-unexpected = { $file }: expected { $expected }, got { $found }
check-count = { $file }: expected { $expected } correct (±2), got { $found }
check-courses = courses: { $count } checked, { $faults } faults
check-summary-ok = { $count } submissions in { $exercises } exercises: all as expected.
check-summary-bad = { $faults } of { $count } submissions in { $exercises } exercises are not as expected.
