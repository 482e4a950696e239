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
reason-below_mark = The model ran well but scored below the pass mark. Look at which classes it confuses, improve the training, and submit again. If the score is much lower than in your own test, check that the samples are prepared as in your training.
reason-empty_file = The file has no bytes, so there was nothing to run. The upload or the export was probably interrupted: check the size of your file and submit it again.
reason-too_large = The file has { $size }, and this exercise allows { $limit }. Export without optimiser state, use float16 or quantise the weights, or make the network smaller.
reason-file_is_zip = This is a ZIP archive in which no ONNX model was found. Export the model to ONNX, in Keras with model.export("model.onnx", format="onnx"), in PyTorch with torch.onnx.export, and submit that file, with its .data file if there is one.
reason-file_is_hdf5 = This is an HDF5 file, as Keras writes with the ending .h5. Load it in Keras, export it with model.export("model.onnx", format="onnx"), and submit that file.
reason-file_is_pickle = This is a Python pickle, which is a program and cannot be graded. Export the model to ONNX, for scikit-learn with skl2onnx, and submit that file.
reason-file_is_html = This is a web page, probably a download page that was saved instead of the model. Download the model itself and submit that file.
reason-file_is_ort = This is a model in ONNX Runtime's own .ort format. Submit the .onnx file that it was made from.
reason-file_is_keras = This is a Keras .keras file. Load it in Keras, export it with model.export("model.onnx", format="onnx"), and submit that file.
reason-file_is_torch = This is a PyTorch checkpoint, which holds weights but not the computation. Build the network in PyTorch, load the weights with load_state_dict, call model.eval(), export it with torch.onnx.export(model, example, "model.onnx"), and submit that file.
reason-file_is_torchscript = This is a TorchScript archive. Load it with torch.jit.load, or take the network that it was made from, export that with torch.onnx.export(model, example, "model.onnx"), and submit that file.
reason-file_is_tensorflow = This is a TensorFlow graph, a SavedModel or a frozen .pb file. Convert it with "python -m tf2onnx.convert --saved-model FOLDER --output model.onnx" and submit that file.
reason-file_is_tflite = This is a TensorFlow Lite model. Convert it with "python -m tf2onnx.convert --tflite model.tflite --output model.onnx", or export the original Keras model with model.export("model.onnx", format="onnx"), and submit that file.
reason-file_is_joblib = This is compressed data such as joblib writes. Load it with joblib.load, convert the model with skl2onnx.to_onnx(model, X[:1]), and submit the ONNX file.
reason-file_is_boosting = This is a model in the own format of LightGBM or XGBoost. Load it there, convert it with onnxmltools.convert_lightgbm or onnxmltools.convert_xgboost, and submit the ONNX file.
reason-file_is_safetensors = This is a safetensors file, which holds weights but not the computation. Load the weights into the network, export it with torch.onnx.export(model, example, "model.onnx"), and submit that file.
reason-file_is_gguf = This is a language model in the GGUF format, which cannot be converted back. Export the network that you trained to ONNX and submit that file.
reason-file_is_coreml = This is a Core ML model. Export the original model instead, in Keras with model.export("model.onnx", format="onnx"), in PyTorch with torch.onnx.export, and submit that file.
reason-file_is_numpy = These are NumPy arrays, which hold weights or data but not the computation. Build the model around them with onnx.helper, or export it from the library that trained it, and submit the ONNX file.
reason-file_is_notebook = This is a Jupyter notebook. Run it, let its last cell export the trained model to ONNX, and submit the file that it writes.
reason-file_is_python = This is a Python program, and a model is asked for here. Run the program, let it export the trained model to ONNX, and submit the file that it writes.
reason-file_is_image = This is a picture, not a model. Choose the .onnx file that your export wrote and submit it.
reason-file_is_document = This is a document, not a model. Choose the .onnx file that your export wrote and submit it.
reason-file_is_archive = This is a compressed file or an archive. Unpack it and submit the .onnx file that is inside, together with its .data file if there is one.
reason-file_is_program = This is a program, not a model. Choose the .onnx file that your export wrote and submit it.
reason-file_is_lfs_pointer = This is only a pointer of Git Large File Storage; the model itself was not downloaded. Fetch it with "git lfs pull" and submit the real file, which is much larger.
reason-not_onnx = The bytes of this file are not an ONNX model. Export the model to ONNX again, check that it loads with onnxruntime.InferenceSession, and submit that file.
reason-truncated = The file ends in the middle of the model. The upload or the export was probably interrupted: check the size of your file and submit it again.
reason-too_many_nodes = The model has more than { $limit } nodes. That usually means that a loop was unrolled by the exporter: export with vectorised operations instead.
reason-too_deep = Graphs or types in the model are nested too deeply. No ordinary exporter does this: export the model again without nested branches.
reason-tensor_too_large = The tensor "{ $name }" declares an impossible or enormous shape. Export the model again, and check its shapes with onnx.checker.
reason-tensor_data = The number of values in the tensor "{ $name }" is not the one that its shape and type declare, so the file is damaged or incomplete. Export the model again as one self-contained file.
reason-local_functions = The model defines functions that call themselves, are nested too deeply or are defined twice, which cannot be graded. Inline them with onnx.inliner.inline_local_functions and submit the result.
reason-training_info = The model carries training information. Export it for inference only and submit that file.
reason-sparse_tensor = The model has sparse tensors, which are not graded. Export it with dense weights.
reason-training_mode = The operator "{ $op }" is exported in training mode, so its answers would depend on chance or on the other samples of a batch. Call model.eval() before the export, or export for inference, and submit that file.
reason-ir_too_new = The file has ONNX IR version { $found }, and this grader's ONNX Runtime 1.31.1 reads versions up to { $limit }. Export with an older release of onnx, or set model.ir_version = 10 with the onnx package when your operators allow it.
reason-opset_too_new = The model is written for operator set { $opset }, and this grader's ONNX Runtime 1.31.1 takes sets up to { $limit }. Export with a lower opset version, for example 17.
reason-domain_opset_too_new = The model is written for operator set { $opset } of the domain "{ $domain }", and this grader's ONNX Runtime 1.31.1 takes sets up to { $limit }. Export with a lower version, for example target_opset in skl2onnx.
reason-load_failed = ONNX Runtime could not load the model. What it said is shown below. Check that the model loads on your machine with onnxruntime.InferenceSession, then export and submit it again.
reason-run_failed = ONNX Runtime loaded the model but stopped with an error while running it. What it said is shown below. Run the model on your machine on a batch of 100 samples, correct the graph, and submit it again.
reason-operator_not_allowed = The model uses the operator "{ $op }", which exercises do not allow: operators that draw random numbers or load something else are left out, so that every run repeats exactly. Rewrite that part with ordinary operators and export again.
reason-operator_domain = The model uses the operator "{ $op }" from the domain "{ $domain }", which this grader does not have. Use operators of the standard ONNX domains and export again.
reason-operator_unknown = The model uses an operator, or a version of one, that ONNX Runtime 1.31.1 does not have. What it said is shown below. Export with another opset version, or replace the operator.
reason-no_input = The model has no input, so no samples can be given to it. Export the model together with its input.
reason-input_count = The model has { $found } inputs, and the exercise gives { $expected }. Export the model so that it takes only the samples.
reason-input_name = The model has no input named "{ $name }". Models with several inputs must name them as the exercise does: rename the input and export again.
reason-input_shape = The input "{ $name }" has the shape { $found }, and the exercise gives { $expected } (images may also come flat, without the channel, or with the channel first). Change the first layer or reshape inside the model, and export again.
reason-input_type = The input "{ $name }" has the type { $found }, and the exercise gives { $expected }, which cannot be converted to it. Images go into float32, float64, float16 or an integer type, measured numbers into floats, token ids into integers, texts into strings: change the input and export again.
reason-scale_for_integers = The scale "{ $scale }" gives fractions, but the model's input has the integer type { $found }. Submit it with the scale "raw", or export the model with a float32 input.
reason-no_output = The model has no output, so there is nothing to score. Export the model together with its output.
reason-output_shape = No output of the model has the form { $expected }, one score for each class, or is a list of labels. Found: { $found }. Let the model return its scores or its labels, and export again.
reason-output_rows = The model returned { $found } rows for { $expected } samples. One row for each sample is needed: check that no layer mixes or drops the batch dimension, and export with a dynamic batch size.
reason-label_range = A predicted label is not one of the { $classes } classes, which are numbered from 0. Check that the labels start at 0, that no class is added, and that labels as numbers are whole.
reason-external_data = The model keeps its weights in a second file, which is not part of this submission. Submit both files together, without renaming them, or export one self-contained file: in PyTorch with torch.onnx.export(…, external_data=False), or load and save it with onnx.save.
reason-external_path = The model asks for weights at "{ $name }", which is not the plain name of a file beside it, so nothing is read from there. Export again into an empty folder, or export one self-contained file: in PyTorch with torch.onnx.export(…, external_data=False), or with onnx.save.
reason-weights_name = The model looks for its weights under the name "{ $expected }", and the second file is called "{ $found }". Submit the two files of one export together, and do not rename them.
reason-weights_too_short = The weights file has { $found } bytes, and the tensor "{ $name }" needs { $expected }. The two files do not belong together, or the upload was cut off: submit both files of one export.
reason-wall_time = The run took longer than the { $seconds } seconds it may take, and was stopped. Make the model smaller, or export it with a dynamic batch size so that many samples are computed at once.
reason-cpu_time = The run used more than the { $seconds } seconds of processor time it may use, and was stopped. Make the model smaller, or export it with a dynamic batch size so that many samples are computed at once.
reason-memory = The model asked for more than the { $megabytes } MB of memory it may use. Make the layers smaller, or check for an operator that makes a very large tensor.
reason-output_size = The run wrote more than its predictions and was stopped. Return only one score for each class and sample.
reason-not_finite = Some of the model's answers are NaN or infinite, so nothing can be read from them. Look for a division by zero, the logarithm of zero or an overflow of float16, check that the training did not diverge, and export again.
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
grade-score = { $metric }: { $score } on { $n } samples ({ $correct } correct). The pass mark is { $mark }.
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
reason-practised = Nothing speaks against this model: the static check and the practice sample went well. It was not run on hidden data.
reason-below_sealed_mark = The open mark was reached, but on the sealed samples the model scores { $found } instead of { $expected }. It depends on details that small changes of the samples destroy: train it on changed samples as well (augmentation), and submit again.
reason-condition_not_met = The marks were reached, but a further condition is not met: { $metric } is { $found }, and { $expected } is asked for. Improve that, and submit again.
reason-class_count = The model gives { $found } scores for each sample, and the exercise has { $expected } classes. Change the last layer to one output for each class, and export again.
reason-label_name = A predicted label is none of the class names. They are written: { $expected }. Let the model return these names, or the positions of the classes counted from 0.
reason-labels_only = This exercise is judged by { $metric }, which needs a score for each class, and the model returns only labels. Let it return its probabilities as well, and export again.
reason-practice_scale = On the public practice sample the model gets { $found } right with the scale "{ $scale }", and { $better } with the scale "{ $expected }". It was probably trained on that one. Submit the file again with the scale "{ $expected }". Nothing was changed on your behalf, and no attempt was used.
reason-practice_scaled_twice = On the public practice sample the model gets { $found } right with the scale "{ $scale }", and { $better } with the pixels as they are, from 0 to 255. Either it was trained on raw pixels, or it has a layer that scales them, and they were scaled twice. Submit the file again with the scale "{ $expected }". Nothing was changed on your behalf, and no attempt was used.
reason-practice_transposed = On the public practice sample the model gets { $found } right, and { $better } when rows and columns of the images are exchanged. It was probably trained on transposed images, as some copies of the data store them. Transpose inside the model or train on upright images, and submit again. No attempt was used.
reason-practice_inverted = On the public practice sample the model gets { $found } right, and { $better } when dark and light are exchanged (255 − x). It was probably trained on inverted images. Invert inside the model or train on the images as they are, and submit again. No attempt was used.
reason-practice_channels = On the public practice sample the model gets { $found } right, and { $better } when the colour channels come in another order. It was probably trained on BGR instead of RGB, or on channels in another place. Reorder them inside the model, and submit again. No attempt was used.
reason-practice_labels = On the public practice sample the model gets { $found } right, and { $better } when its labels are corrected by an offset: they are { $offset } away from the true ones. Number the classes from 0 as the exercise does, and submit again. No attempt was used.
reason-practice_time = Already the public practice sample took more than { $seconds } seconds of processor time, so the model was stopped before it met hidden data. Make it smaller, or export it with a dynamic batch size. No attempt was used.
reason-scale_metadata = The file's metadata entry assay.scale says "{ $found }", which is no scale. Write unit, raw, signed, or a mean and a standard deviation such as 0.1307,0.3081, or choose a scale when you submit.
adapted-layout_three_channels = The grey images were given as three equal channels.
adapted-layout_singletons = Dimensions of size 1 were added or left out, as the model asks.
adapted-batch_none = The model takes one sample at a time, without a batch dimension; the samples were given one by one.
adapted-input_tokens_as_floats = The token ids were given as floating-point numbers.
adapted-scale_from_metadata = The scale was read from the file's metadata (assay.scale).
adapted-output_text_labels = The model returns labels as texts, not scores.
adapted-output_one_hot = The scores are whole numbers or flags (one-hot).
adapted-output_maps = The model returns a map from label to score for each sample (ZipMap).
adapted-output_columns = The model has one output for each class; they were read together.
adapted-output_binary = The model returns one number for two classes; it was read as the share or logit of the second class.
adapted-output_singletons = Dimensions of size 1 around the scores were left out.
adapted-output_logits = The scores are logits; they were turned into probabilities (softmax) for the metrics that need them.
adapted-output_log_probabilities = The scores are log-probabilities; they were turned into probabilities for the metrics that need them.
metric-worst_class_recall = Recall of the worst class
metric-log_loss = Log loss
metric-top_2_accuracy = Top-2 accuracy
metric-top_3_accuracy = Top-3 accuracy
metric-top_5_accuracy = Top-5 accuracy
metric-calibration_error = Calibration error
metric-mse = Mean squared error
metric-rmse = Root mean squared error
metric-mae = Mean absolute error
metric-r2 = R²
metric-model_bytes = Size of the file in bytes
metric-parameters = Number of parameters
metric-multiply_adds = Multiply-adds a sample
grade-sealed = Sealed samples: { $score }. The sealed mark is { $mark }.
grade-practice = Practice sample: { $correct } of { $n } correct.
grade-output = The output "{ $name }" was read.
grade-bad-archive = { $file } cannot be graded: { $error }. Put one .onnx file and, if it has one, its second file into the archive.
adapted-output_columns_sorted = The scores came in the order of the sorted class names, as the model's own labels show; they were put in the exercise's order.
adapted-input_text_locale = The model's text operator (StringNormalizer) asks for a locale that is not here; it was given C.UTF-8.
