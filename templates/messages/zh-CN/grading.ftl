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
reason-file_is_zip = 这是一个 ZIP 压缩包，可能是 Keras 的 .keras 文件、PyTorch 的 .pt 文件或压缩后的模型。请导出为 ONNX 并提交该文件：Keras 使用 model.export("model.onnx", format="onnx")，PyTorch 使用 torch.onnx.export。
reason-file_is_hdf5 = 这是一个 HDF5 文件（Keras 的 .h5 格式）。请在 Keras 中加载后，用 model.export("model.onnx", format="onnx") 导出并提交该文件。
reason-file_is_pickle = 这是一个 Python pickle 文件，它本质上是程序，无法评测。请将模型导出为 ONNX 并提交该文件；scikit-learn 模型可使用 skl2onnx。
reason-file_is_html = 这是一个网页，可能保存的是下载页面而不是模型本身。请下载模型文件后提交。
reason-file_is_ort = 这是 ONNX Runtime 专用的 .ort 格式。请提交生成它的 .onnx 文件。
reason-not_onnx = 文件内容不是 ONNX 模型。请重新导出为 ONNX，确认能用 onnxruntime.InferenceSession 加载后再提交。
reason-truncated = 文件在模型中途结束。可能是上传或导出中断，请检查文件大小后重新提交。
reason-too_many_nodes = 模型的节点超过 { $limit } 个，通常是导出时展开了循环。请改用向量化运算后重新导出。
reason-too_deep = 模型中的图或类型嵌套过深，常规导出工具不会产生这种结构。请去掉嵌套分支后重新导出。
reason-tensor_too_large = 张量「{ $name }」声明的形状过大或无法成立。请重新导出，并用 onnx.checker 检查形状。
reason-tensor_data = 张量「{ $name }」的数据少于其形状所声明的数量，文件已损坏或不完整。请重新导出为单个完整的文件。
reason-local_functions = 模型自带函数定义，无法评测。请用 onnx.inliner.inline_local_functions 展开后提交。
reason-training_info = 模型带有训练信息。请仅导出推理部分后提交。
reason-sparse_tensor = 模型含有稀疏张量，无法评测。请使用稠密权重导出。
reason-opset_too_new = 模型使用 opset { $opset }，高于评测所用 ONNX Runtime 1.31.1 支持的版本。请用较低的 opset 导出，例如 17。
reason-load_failed = ONNX Runtime 无法加载该模型，其提示见下方。请先在本机用 onnxruntime.InferenceSession 确认模型可以加载，再重新导出并提交。
reason-run_failed = ONNX Runtime 已加载模型，但运行时出错，其提示见下方。请在本机用 100 个样本的批次运行模型，修正后重新提交。
reason-operator_not_allowed = 模型使用了练习不允许的算子「{ $op }」。为保证每次运行都能结束并且结果一致，循环、分支、随机和部分特殊算子不可使用。请用常规算子改写后重新导出。
reason-operator_domain = 模型使用了域「{ $domain }」中的算子「{ $op }」，评测机不支持该域。请使用标准 ONNX 域的算子后重新导出。
reason-operator_unknown = 模型使用了 ONNX Runtime 1.31.1 没有的算子或算子版本，其提示见下方。请换用其他 opset 版本导出，或替换该算子。
reason-no_input = 模型没有输入，无法送入样本。请连同输入一起导出模型。
reason-input_count = 模型有 { $found } 个输入，本练习提供 { $expected } 个。请让模型只接收样本后重新导出。
reason-input_name = 模型没有名为「{ $name }」的输入。有多个输入的模型须使用练习规定的名称，请改名后重新导出。
reason-input_shape = 输入「{ $name }」的形状为 { $found }，本练习提供 { $expected }（图像也可以是展平、无通道或通道在前的形式）。请修改第一层或在模型内改变形状，然后重新导出。
reason-input_type = 输入「{ $name }」的类型为 { $found }，图像无法转换为该类型。请使用 float32、float64、float16 或整数类型。
reason-scale_for_integers = 缩放方式「{ $scale }」会产生小数，而模型的输入是整数类型 { $found }。请选择缩放方式「raw」提交，或用 float32 输入重新导出。
reason-no_output = 模型没有输出，无法评分。请连同输出一起导出模型。
reason-output_shape = 模型没有形如 { $expected }（每个类别一个得分）的输出，也没有标签列表。实际输出：{ $found }。请让模型返回得分或标签后重新导出。
reason-output_rows = 送入 { $expected } 个样本，模型返回了 { $found } 行，每个样本需要对应一行。请检查是否有层改变了批次维度，并以动态批次大小导出。
reason-label_range = 有预测标签不在 { $classes } 个类别之内，类别从 0 开始编号。请检查标签是否从 0 开始、是否多出类别。
reason-external_data = 模型的权重保存在另一个文件中，而该文件不在本次提交里。请导出为单个完整的文件：PyTorch 使用 torch.onnx.export(…, external_data=False)，或用 onnx.save 重新保存。
reason-wall_time = 运行超过了 { $seconds } 秒的时限，已停止。请缩小模型，或以动态批次大小导出，以便一次计算多个样本。
reason-cpu_time = 运行使用的处理器时间超过了 { $seconds } 秒的限制，已停止。请缩小模型，或以动态批次大小导出，以便一次计算多个样本。
reason-memory = 模型申请的内存超过了 { $megabytes } MB 的限制。请缩小各层，或检查是否有算子产生了很大的张量。
reason-output_size = 运行输出的内容超出了预测结果应有的大小，已停止。请只为每个样本的每个类别返回一个得分。
reason-not_finite = 部分得分为 NaN 或无穷大，无法判断类别。请检查是否有除以零、对零取对数或 float16 溢出，确认训练没有发散，然后重新导出。
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
grade-score = { $n } 个样本中正确 { $correct } 个：{ $score }。合格线为 { $mark }。
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
