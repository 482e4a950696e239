# 评测结论：每种结论一个短标题。
verdict-passed = 通过
verdict-below_mark = 未达合格线
verdict-invalid_model = 模型文件无效
verdict-unsupported_operator = 算子不支持
verdict-wrong_input = 模型输入不符
verdict-wrong_output = 模型输出不符
verdict-external_data = 权重在另一个文件中
verdict-time_limit = 运行超时
verdict-memory_limit = 内存超限
verdict-output_limit = 输出超限
verdict-disk_limit = 磁盘空间超限
verdict-not_finite = 得分不是有效数值
verdict-crashed = 运行出错
verdict-no_model = 脚本未生成模型
verdict-script_error = 脚本出错
verdict-cancelled = 已取消
verdict-platform_fault = 系统故障

# 发生了什么、原因是什么、下一步怎么做。
reason-passed = 已达到合格线。
reason-distinction = 已达到合格线，成绩优秀。
reason-below_mark = 模型运行正常，但得分低于合格线。请查看最易混淆的类别，改进训练后重新提交。如果得分远低于你自己的测试结果，请检查所选的缩放方式是否与训练时一致。
reason-empty_file = 文件没有内容，无法运行。可能是上传或导出中断，请检查文件大小后重新提交。
reason-too_large = 文件大小为 { $size }，本练习最多允许 { $limit }。导出时请去掉优化器状态，改用 float16 或量化权重，或缩小网络。
reason-file_is_zip = 这是一个 ZIP 压缩包，其中没有找到 ONNX 模型。请导出为 ONNX 并提交该文件（如有 .data 文件，请一并提交）：Keras 使用 model.export("model.onnx", format="onnx")，PyTorch 使用 torch.onnx.export。
reason-file_is_hdf5 = 这是一个 HDF5 文件（Keras 的 .h5 格式）。请在 Keras 中加载后，用 model.export("model.onnx", format="onnx") 导出并提交该文件。
reason-file_is_pickle = 这是一个 Python pickle 文件，它本质上是程序，无法评测。请将模型导出为 ONNX 并提交该文件；scikit-learn 模型可使用 skl2onnx。
reason-file_is_html = 这是一个网页，可能保存的是下载页面而不是模型本身。请下载模型文件后提交。
reason-file_is_ort = 这是 ONNX Runtime 专用的 .ort 格式。请提交生成它的 .onnx 文件。
reason-file_is_keras = 这是 Keras 的 .keras 文件。请在 Keras 中加载后，用 model.export("model.onnx", format="onnx") 导出并提交该文件。
reason-file_is_torch = 这是 PyTorch 检查点，只有权重，没有计算过程。请在 PyTorch 中构建网络，用 load_state_dict 载入权重，调用 model.eval()，再用 torch.onnx.export(model, example, "model.onnx") 导出并提交该文件。
reason-file_is_torchscript = 这是 TorchScript 文件。请用 torch.jit.load 加载，或使用原来的网络，用 torch.onnx.export(model, example, "model.onnx") 导出并提交该文件。
reason-file_is_tensorflow = 这是 TensorFlow 的计算图（SavedModel 或冻结的 .pb 文件）。请用 “python -m tf2onnx.convert --saved-model 文件夹 --output model.onnx” 转换并提交该文件。
reason-file_is_tflite = 这是 TensorFlow Lite 模型。请用 “python -m tf2onnx.convert --tflite model.tflite --output model.onnx” 转换，或用 model.export("model.onnx", format="onnx") 导出原来的 Keras 模型，然后提交该文件。
reason-file_is_joblib = 这是压缩数据，可能由 joblib 写出。请用 joblib.load 加载，用 skl2onnx.to_onnx(model, X[:1]) 转换后提交 ONNX 文件。
reason-file_is_boosting = 这是 LightGBM 或 XGBoost 自有格式的模型。请加载后用 onnxmltools.convert_lightgbm 或 onnxmltools.convert_xgboost 转换，并提交 ONNX 文件。
reason-file_is_safetensors = 这是 safetensors 文件，只有权重，没有计算过程。请将权重载入网络，用 torch.onnx.export(model, example, "model.onnx") 导出并提交该文件。
reason-file_is_gguf = 这是 GGUF 格式的语言模型，无法转换回来。请将你训练的网络导出为 ONNX 并提交该文件。
reason-file_is_coreml = 这是 Core ML 模型。请改为导出原来的模型：Keras 使用 model.export("model.onnx", format="onnx")，PyTorch 使用 torch.onnx.export，然后提交该文件。
reason-file_is_numpy = 这是 NumPy 数组，只有权重或数据，没有计算过程。请用 onnx.helper 构建模型，或从训练所用的库导出，然后提交 ONNX 文件。
reason-file_is_notebook = 这是 Jupyter 笔记本。请运行它，在最后一个单元格中将训练好的模型导出为 ONNX，然后提交导出的文件。
reason-file_is_python = 这是 Python 程序，而这里需要的是模型。请运行程序，将训练好的模型导出为 ONNX，然后提交导出的文件。
reason-file_is_image = 这是图片，不是模型。请选择导出得到的 .onnx 文件并提交。
reason-file_is_document = 这是文档，不是模型。请选择导出得到的 .onnx 文件并提交。
reason-file_is_archive = 这是压缩文件或归档文件。请解压后提交其中的 .onnx 文件；如有 .data 文件，请一并提交。
reason-file_is_program = 这是可执行程序，不是模型。请选择导出得到的 .onnx 文件并提交。
reason-file_is_lfs_pointer = 这只是 Git LFS 的指针文件，模型本身没有下载。请用 git lfs pull 取得真正的文件（会大得多）后提交。
reason-not_onnx = 文件内容不是 ONNX 模型。请重新导出为 ONNX，确认能用 onnxruntime.InferenceSession 加载后再提交。
reason-truncated = 文件在模型中途结束。可能是上传或导出中断，请检查文件大小后重新提交。
reason-too_many_nodes = 模型的节点超过 { $limit } 个，通常是导出时展开了循环。请改用向量化运算后重新导出。
reason-too_deep = 模型中的图或类型嵌套过深，常规导出工具不会产生这种结构。请去掉嵌套分支后重新导出。
reason-tensor_too_large = 张量「{ $name }」声明的形状过大或无法成立。请重新导出，并用 onnx.checker 检查形状。
reason-tensor_data = 张量「{ $name }」的数据个数与其形状和类型所声明的不一致，文件已损坏或不完整。请重新导出为单个完整的文件。
reason-local_functions = 模型自带的函数调用自身、嵌套过深或重复定义，无法评测。请用 onnx.inliner.inline_local_functions 展开后提交。
reason-training_info = 模型带有训练信息。请仅导出推理部分后提交。
reason-sparse_tensor = 模型含有稀疏张量，无法评测。请使用稠密权重导出。
reason-training_mode = 算子「{ $op }」以训练模式导出，其结果会受随机性或同批样本的影响。请在导出前调用 model.eval()，或以推理方式导出后提交。
reason-ir_too_new = 文件的 ONNX IR 版本为 { $found }，评测所用 ONNX Runtime 1.31.1 最高支持 { $limit }。请用较旧版本的 onnx 导出；如果算子允许，也可用 onnx 包设置 model.ir_version = 10。
reason-opset_too_new = 模型使用 opset { $opset }，评测所用 ONNX Runtime 1.31.1 最高支持 { $limit }。请用较低的 opset 导出，例如 17。
reason-domain_opset_too_new = 模型使用域「{ $domain }」的 opset { $opset }，评测所用 ONNX Runtime 1.31.1 最高支持 { $limit }。请用较低的版本导出，例如 skl2onnx 的 target_opset 参数。
reason-load_failed = ONNX Runtime 无法加载该模型，其提示见下方。请先在本机用 onnxruntime.InferenceSession 确认模型可以加载，再重新导出并提交。
reason-run_failed = ONNX Runtime 已加载模型，但运行时出错，其提示见下方。请在本机用 100 个样本的批次运行模型，修正后重新提交。
reason-operator_not_allowed = 模型使用了练习不允许的算子「{ $op }」。为保证每次运行结果一致，产生随机数或加载其他内容的算子不可使用。请用常规算子改写后重新导出。
reason-operator_domain = 模型使用了域「{ $domain }」中的算子「{ $op }」，评测机不支持该域。请使用标准 ONNX 域的算子后重新导出。
reason-operator_unknown = 模型使用了 ONNX Runtime 1.31.1 没有的算子或算子版本，其提示见下方。请换用其他 opset 版本导出，或替换该算子。
reason-no_input = 模型没有输入，无法送入样本。请连同输入一起导出模型。
reason-input_count = 模型有 { $found } 个输入，本练习提供 { $expected } 个。请让模型只接收样本后重新导出。
reason-input_name = 模型没有名为「{ $name }」的输入。有多个输入的模型须使用练习规定的名称，请改名后重新导出。
reason-input_shape = 输入「{ $name }」的形状为 { $found }，本练习提供 { $expected }（图像也可以是展平、无通道或通道在前的形式）。请修改第一层或在模型内改变形状，然后重新导出。
reason-input_type = 输入“{ $name }”的类型是 { $found }，而本练习提供的是 { $expected }，无法转换。图像可送入 float32、float64、float16 或整数类型，测量数值须用浮点类型，词元编号须用整数类型，文本须用字符串类型：请修改输入后重新导出。
reason-scale_for_integers = 缩放方式「{ $scale }」会产生小数，而模型的输入是整数类型 { $found }。请选择缩放方式「raw」提交，或用 float32 输入重新导出。
reason-no_output = 模型没有输出，无法评分。请连同输出一起导出模型。
reason-output_shape = 模型没有形如 { $expected }（每个类别一个得分）的输出，也没有标签列表。实际输出：{ $found }。请让模型返回得分或标签后重新导出。
reason-output_rows = 送入 { $expected } 个样本，模型返回了 { $found } 行，每个样本需要对应一行。请检查是否有层改变了批次维度，并以动态批次大小导出。
reason-label_range = 有预测标签不在 { $classes } 个类别之内，类别从 0 开始编号。请检查标签是否从 0 开始、是否多出类别，以及数值标签是否为整数。
reason-external_data = 模型的权重保存在另一个文件中，而该文件不在本次提交里。请将两个文件一起提交，不要改名；或导出为单个完整的文件：PyTorch 使用 torch.onnx.export(…, external_data=False)，或用 onnx.save 重新保存。
reason-external_path = 模型要从「{ $name }」读取权重，但这不是同一位置的普通文件名，因此不会读取任何内容。请导出到空文件夹后重试，或导出为单个完整的文件：PyTorch 使用 torch.onnx.export(…, external_data=False)，或使用 onnx.save。
reason-weights_name = 模型要读取名为「{ $expected }」的权重文件，而提交的第二个文件名为「{ $found }」。请将同一次导出的两个文件一起提交，不要改名。
reason-weights_too_short = 权重文件有 { $found } 字节，而张量「{ $name }」需要 { $expected } 字节。两个文件不配套，或上传不完整，请提交同一次导出的两个文件。
reason-wall_time = 运行超过了 { $seconds } 秒的时限，已停止。请缩小模型，或以动态批次大小导出，以便一次计算多个样本。
reason-cpu_time = 运行使用的处理器时间超过了 { $seconds } 秒的限制，已停止。请缩小模型，或以动态批次大小导出，以便一次计算多个样本。
reason-memory = 模型申请的内存超过了 { $megabytes } MB 的限制。请缩小各层，或检查是否有算子产生了很大的张量。
reason-output_size = 运行输出的内容超出了预测结果应有的大小，已停止。请只为每个样本的每个类别返回一个得分。
reason-not_finite = 模型的部分输出是 NaN 或无穷大，无法从中读出结果。请检查是否有除以零、对零取对数或 float16 溢出，训练是否发散，然后重新导出。
reason-crashed_signal = 运行模型的进程被信号 { $signal } 终止，文件损坏可能导致这种情况。请重新导出，并用 onnx.checker 检查后再提交。
reason-crashed_exit = 运行模型的进程没有给出结果就结束了（代码 { $code }），文件损坏可能导致这种情况。请重新导出，并用 onnx.checker 检查后再提交。
reason-cancelled = 评测在完成前已按要求停止，不计入提交次数。你可以随时重新提交。
reason-platform_fault = 系统故障，本次未能评测，不计入提交次数。系统会自动重试；如果问题持续，请联系管理员。

# 为适配模型所做的处理。
adapted-layout_flat = 图像以展平的形式送入，每幅图像为一行像素。
adapted-layout_no_channel = 图像以无通道维度的形式送入。
adapted-layout_channels_first = 图像以通道在前的形式送入。
adapted-layout_channels_last = 图像以通道在后的形式送入。
adapted-batch_fixed = 模型的批次大小固定，样本按该大小分批送入，最后一批已补齐。
adapted-input_float64 = 像素以双精度送入。
adapted-input_float16 = 像素以半精度送入。
adapted-input_integer = 像素以 0 至 255 的整数送入。
adapted-input_shifted = 像素减去 128 以适应有符号字节。
adapted-scale_raw = 像素未缩放，取值 0 至 255。
adapted-scale_signed = 像素缩放到 −1 至 1。
adapted-scale_standard = 像素已按给定的均值和标准差标准化。
adapted-output_labels = 模型返回标签而不是得分。
adapted-output_chosen = 模型有多个输出，使用了符合练习要求的一个。
adapted-output_float64 = 得分为双精度。
adapted-output_float16 = 得分为半精度。

metric-accuracy = 准确率
metric-balanced_accuracy = 平衡准确率
metric-macro_f1 = 宏平均 F1

# assay grade 与 assay check
grade-score = { $metric }：{ $n } 个样本上为 { $score }（正确 { $correct } 个）。合格线为 { $mark }。
grade-interval = 准确率的 95% 置信区间（Wilson）：{ $low } 至 { $high }。
grade-diagnostic = ONNX Runtime 提示：{ $text }
grade-no-exercise = { $folder } 下没有练习「{ $name }」。可用的练习：{ $known }；也可以用 --content 指定文件夹。
grade-no-content = { $folder } 中没有 exercises 文件夹。请用 --content 指定包含它的文件夹。
grade-no-model = 无法读取文件 { $file }：{ $error }。请检查路径。
grade-scripts-later = { $file } 不是 ONNX 文件。当前版本只评测 .onnx 文件，请自行运行脚本，再评测它生成的模型。
grade-bad-content = 该练习无法使用：{ $error }
grade-our-fault = 系统故障，未能评测该模型：{ $error }
grade-progress = 已完成 { $done } / { $total } 个样本

check-exercise = { $name }：版本 { $version }
check-ok = { $file }：{ $verdict }，符合预期
check-correct = { $file }：{ $verdict }，正确 { $correct } 个，符合预期
check-unexpected = { $file }：预期 { $expected }，实际 { $found }
check-count = { $file }：预期正确 { $expected } 个（±2），实际 { $found } 个
check-courses = 课程：已检查 { $count } 门，发现 { $faults } 处问题
check-summary-ok = { $exercises } 个练习的 { $count } 份提交全部符合预期。
check-summary-bad = { $exercises } 个练习的 { $count } 份提交中有 { $faults } 份不符合预期。
reason-practised = 没有发现问题：静态检查和练习样本都顺利完成。模型没有在隐藏数据上运行。
reason-below_sealed_mark = 已达到公开评测的合格线，但模型在密封样本上的成绩为 { $found }，低于 { $expected }。它依赖的细节经不起样本的微小变化：请在训练中也使用变换过的样本（数据增强），然后重新提交。
reason-condition_not_met = 已达到合格线，但有一项其他条件没有满足：{ $metric } 为 { $found }，要求 { $expected }。请改进后重新提交。
reason-class_count = 模型为每个样本给出 { $found } 个得分，而本练习有 { $expected } 个类别。请把最后一层改为每个类别一个输出，然后重新导出。
reason-label_name = 有预测标签不是任何类别的名称。类别名称写作：{ $expected }。请让模型返回这些名称，或从 0 开始的类别编号。
reason-labels_only = 本练习按 { $metric } 评分，需要每个类别的得分，而模型只返回标签。请让模型同时返回概率，然后重新导出。
reason-practice_scale = 在公开的练习样本上，模型按“{ $scale }”缩放答对 { $found }，按“{ $expected }”缩放答对 { $better }。训练时用的很可能是后者。请选择缩放“{ $expected }”后重新提交。系统没有替你改动任何内容，也不计入提交次数。
reason-practice_scaled_twice = 在公开的练习样本上，模型按“{ $scale }”缩放答对 { $found }，直接使用 0 至 255 的原始像素时答对 { $better }。模型要么是用原始像素训练的，要么自带缩放层，像素因此被缩放了两次。请选择缩放“{ $expected }”后重新提交。系统没有替你改动任何内容，也不计入提交次数。
reason-practice_transposed = 在公开的练习样本上，模型答对 { $found }，把图像的行与列互换后答对 { $better }。模型很可能是用转置的图像训练的，某些数据副本就是这样存储的。请在模型内部转置，或改用正立的图像训练，然后重新提交。不计入提交次数。
reason-practice_inverted = 在公开的练习样本上，模型答对 { $found }，把明暗互换（255 − x）后答对 { $better }。模型很可能是用反色图像训练的。请在模型内部反色，或直接用原图训练，然后重新提交。不计入提交次数。
reason-practice_channels = 在公开的练习样本上，模型答对 { $found }，改变颜色通道的顺序后答对 { $better }。模型很可能是按 BGR 而不是 RGB 训练的，或通道处于另一位置。请在模型内部调整顺序后重新提交。不计入提交次数。
reason-practice_labels = 在公开的练习样本上，模型答对 { $found }，按偏移量修正标签后答对 { $better }：预测标签与真实标签相差 { $offset }。请像本练习一样从 0 开始给类别编号，然后重新提交。不计入提交次数。
reason-practice_time = 仅公开的练习样本就用了超过 { $seconds } 秒的处理器时间，因此模型在接触隐藏数据之前被终止。请缩小模型，或以动态批量导出。不计入提交次数。
reason-scale_metadata = 文件元数据中的 assay.scale 写的是“{ $found }”，不是有效的缩放方式。请写 unit、raw、signed，或均值和标准差（例如 0.1307,0.3081），也可以在提交时选择缩放方式。
adapted-layout_three_channels = 灰度图像作为三个相同的通道送入。
adapted-layout_singletons = 按模型的要求增加或去掉了大小为 1 的维度。
adapted-batch_none = 模型没有批量维，一次只接受一个样本；样本逐个送入。
adapted-input_tokens_as_floats = 词元编号以浮点数送入。
adapted-scale_from_metadata = 缩放方式取自文件元数据（assay.scale）。
adapted-output_text_labels = 模型返回的是文本标签，不是得分。
adapted-output_one_hot = 得分是整数或布尔值（独热编码）。
adapted-output_maps = 模型为每个样本返回从标签到得分的映射（ZipMap）。
adapted-output_columns = 模型为每个类别各有一个输出；这些输出被合并读取。
adapted-output_binary = 模型用一个数值表示两个类别；该数值被视为第二个类别的概率或 logit。
adapted-output_singletons = 去掉了得分周围大小为 1 的维度。
adapted-output_logits = 得分是 logits；为计算需要概率的指标，已用 softmax 转换为概率。
adapted-output_log_probabilities = 得分是对数概率；为计算需要概率的指标，已转换为概率。
metric-worst_class_recall = 最差类别召回率
metric-log_loss = 对数损失
metric-top_2_accuracy = 前 2 准确率
metric-top_3_accuracy = 前 3 准确率
metric-top_5_accuracy = 前 5 准确率
metric-calibration_error = 校准误差
metric-mse = 均方误差
metric-rmse = 均方根误差
metric-mae = 平均绝对误差
metric-r2 = R²
metric-model_bytes = 文件字节数
metric-parameters = 参数个数
metric-multiply_adds = 每个样本的乘加次数
grade-sealed = 密封样本：{ $score }。密封合格线为 { $mark }。
grade-practice = 练习样本：{ $n } 个中正确 { $correct } 个。
grade-output = 读取的输出是“{ $name }”。
grade-bad-archive = 无法评测 { $file }：{ $error }。请在压缩包中只放一个 .onnx 文件和它的第二个文件（如有）。
adapted-output_columns_sorted = 从模型自己的标签可以看出，得分按类别名称排序后的顺序给出；已调整为本练习的顺序。
adapted-input_text_locale = 模型的文本算子（StringNormalizer）要求的区域设置在此不可用，已改用 C.UTF-8。
