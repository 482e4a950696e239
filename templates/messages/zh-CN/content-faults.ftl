## 课程内容中的错误：题库、课文、课程、考试和练习。前面注明位置：文件、行、题目。
fault-in-file = { $file }：{ $fault }
fault-in-file-at-place = { $file }，{ $place }：{ $fault }
fault-at-place = { $place }：{ $fault }
fault-place-within = { $outer }，{ $inner }
fault-place-line = 第 { $line } 行
fault-place-field = `{ $field }`
fault-place-item = 题目 `{ $item }`
fault-place-module = 章节 `{ $module }`
fault-place-part = “{ $zh }”部分
fault-place-section = 小节 `{ $section }`
fault-place-summary = 简介
fault-list-comma = 、
fault-words = { $words }
fault-unreadable = 无法读取：{ $words }
fault-syntax = 文件格式有误：{ $words }
fault-missing-field = 缺少字段 `{ $field }`
fault-unknown-field = 没有名为 `{ $field }` 的字段；可用字段：{ $expected }
fault-unknown-variant = 不能填写 `{ $value }`；可选值：{ $expected }
fault-title = `{ $field }` 须为一行，最多 { $most } 个字符
fault-long = `{ $field }` 超过 { $most } 个字符
fault-text-long = 超过 { $most } 个字符
fault-control = 含有控制字符 { $code }，文本中不应出现
fault-not-a-slug = `{ $name }` 不能用作短名称：请使用 1 至 64 个小写字母、数字和单个连字符

## 题目
fault-id-twice = 此 `id` 重复；同一题库中的 `id` 不能相同
fault-foreign-field = 含有 `{ $field }`，但 `{ $kind }` 题型没有这个字段；该题型的字段是 { $own }
fault-needs-field = 缺少 `{ $field }`
fault-needs-truth = 需要 `answer = true` 或 `answer = false`
fault-needs-tolerance = 需要 `tolerance = {"{"} absolute = … {"}"}` 或 `tolerance = {"{"} relative = … {"}"}`
fault-numbered = 第 { $number } 项：{ $fault }
fault-answer = `answer`：{ $fault }
fault-answer-number = `answer` 须为数字，或写在引号中的公式
fault-answer-shape = `answer` 须为 true、false、数字，或写在引号中的公式
fault-mistake-answer = 数值题的常见错误用 `answer` 填写，不用 `accepted`
fault-mistake-accepted = 简答题的常见错误用 `accepted` 填写，不用 `answer`
fault-blank-shape = 每个空须填写 `options` 和 `answer`（正确选项的位置，从 0 数起），或 `accepted`，或 `answer`（公式）和 `tolerance`
fault-tags = `tags` 至少须填写一项技能，每项由小写字母、数字和连字符组成
fault-source = `source` 为空；请注明依据来源
fault-why = 缺少 `why.en` 和 `why.zh`：请填写正确答案的解析
fault-empty-text = { $part }缺少 `{ $lang }` 文本
fault-single-right = 是 `single` 题型，却有 { $right } 个正确选项；正确选项须恰好有 1 个
fault-multiple-right = 是 `multiple` 题型，至少须有一个正确选项和一个错误选项
fault-count-options = 有 { $has } 个选项；须有 { $least } 至 { $most } 个
fault-count-entries = 有 { $has } 个排序项；须有 { $least } 至 { $most } 个
fault-count-pairs = 有 { $has } 个配对；须有 { $least } 至 { $most } 个
fault-count-extra = 有 { $has } 个多余的右侧项；须有 { $least } 至 { $most } 个
fault-count-blanks = 有 { $has } 个空；须有 { $least } 至 { $most } 个
fault-tolerance = `tolerance` 为 { $size }；不能小于 0
fault-units-none = 有 `other_units` 而没有 `unit`；请填写答案的单位
fault-unit-name = 有的单位为空，或开头像数字；请按考生的写法填写
fault-unit-again = `other_units` 中又列出了 `unit`
fault-unit-factor = `other_units` 中的 `{ $name }` 为 { $factor }；它折合答案单位的大小须大于 0
fault-forms = { $what } 至少须列出一种写法，且每种写法都不能为空
fault-form-right = { $what } 中的 `{ $form }` 是正确答案，不能列为错误
fault-what-accepted = `accepted`
fault-what-mistake-accepted = 常见错误 { $number } 的 `accepted`
fault-blank = 第 { $number } 空：{ $fault }
fault-blank-missing = 题干的 `{ $lang }` 文本中没有 `[{ $number }]`，无法确定第 { $number } 空的位置
fault-blank-answer = `answer` 为 { $answer }，没有对应的选项；选项从 0 数起

## 题目的组成部分
fault-part-stem = 题干
fault-part-why = 解析
fault-part-option-text = 选项 { $number } 的内容
fault-part-option-why = 选项 { $number } 的理由
fault-part-mistake-why = 常见错误 { $number } 的解释
fault-part-entry = 排序项 { $number } 的内容
fault-part-pair-left = 配对 { $number } 的左侧
fault-part-pair-right = 配对 { $number } 的右侧
fault-part-extra = 多余的右侧项 { $number } 的内容
fault-part-blank-option = 第 { $blank } 空选项 { $number } 的内容
fault-part-blank-why = 第 { $number } 空的解析

## 题目中的数值
fault-number-name = `{ $name }` 不能用作数值的名称：请使用字母、数字和 `_`，且不能与函数同名
fault-number-twice = `{ $name }` 既是参数又是计算值；请更改其中一个的名称
fault-number-unknown = { $part }的 `{ $lang }` 文本用到 `{ $shown }`，但没有这个参数或计算值
fault-numbers-differ = 题干的 `en` 文本用到 { $english }，`zh` 文本用到 { $chinese }；两种语言须用到相同的数值
fault-numbers-circular = 无法求出计算值 { $names }：它们互相引用，或引用了不存在的参数或计算值
fault-numbers-unmet = 抽取 { $tries } 次，没有一次满足 `conditions`；请扩大参数范围或放宽条件
fault-where = { $fault }（此时 { $numbers }）
fault-parameter = 参数 `{ $name }`：{ $fault }
fault-parameter-shape = 参数须写作 `{"{"} from, to, step {"}"}` 或 `{"{"} one_of {"}"}`
fault-parameter-none = `one_of` 为空；请至少列出两个数
fault-parameter-finite = `one_of` 中只能有有限的数
fault-parameter-range = `from`、`to` 和 `step` 须为有限的数
fault-parameter-order = `from` 须小于 `to`，`step` 须大于 0
fault-parameter-steps = 取值超过一百万个；请加大 `step`
fault-mistake-right = 常见错误 { $number }（`{ $formula }`）与答案 { $key } 过于接近：两者之差须大于容差的两倍
fault-raised = { $part }的 `{ $lang }` 文本把 `{ $printed }` 用作上标或下标：请写作 `{ $better }`
fault-same-options = 有两个选项的 `{ $lang }` 文本相同
fault-same-entries = 有两个排序项的 `{ $lang }` 文本相同
fault-same-lefts = 有两个左侧项的 `{ $lang }` 文本相同
fault-same-rights = 有两个右侧项的 `{ $lang }` 文本相同

## 题目中的公式
fault-formula = `{ $formula }` 的第 { $at } 个字符：{ $expected }
fault-formula-long = 公式最多 { $most } 个字符
fault-formula-end = 此处应为运算符，或公式应到此结束
fault-formula-deep = 嵌套超过 { $most } 层
fault-formula-comparison = 此处应为 < <= > >= == != 之一
fault-formula-bracket = 此处应为 `)`
fault-formula-operand = 此处应为数字、名称或 `(`
fault-formula-number = 这不是数字
fault-formula-function = 没有这个函数
fault-formula-call = `{ $function }` 之后应为 `(`
fault-formula-comma = 此处应为 `,` 或 `)`
fault-formula-arguments = `{ $function }` 的参数须有 { $least } 至 { $most } 个，这里有 { $has } 个
fault-formula-unknown = 没有名为 `{ $name }` 的参数或计算值
fault-formula-infinite = `{ $formula }` 的结果不是有限的数

## 试卷
fault-draw-few = 题库有 { $has } 道题（同一题组只计一道），须抽取 { $wanted } 道
fault-draw-item = 题目 `{ $item }`：{ $fault }
fault-section-bank = 小节 `{ $section }`：没有题库 `{ $bank }`
fault-section-few = 小节 `{ $section }`：需要 { $wanted } 道{ $rule }，但其题库中只有 { $has } 道（同一题组只计一道）
fault-section-together = 小节 `{ $section }`：尝试 { $tries } 次仍无法组卷，{ $rule }不够：受本小节规则的限制，又有题组和题目被其他小节抽走，剩下的题目太少
fault-rule-questions = 题目
fault-rule-tag = 标有 `{ $tag }` 的题目
fault-rule-easy = 容易的题目
fault-rule-medium = 中等难度的题目
fault-rule-hard = 困难的题目

## 文本
fault-tex = 公式 `{ $formula }`：{ $fault }
fault-tex-long = 超过 { $most } 字节
fault-tex-set-up = 公式转换器未能启动
fault-diagram = 无法绘制图表：{ $fault }
fault-diagram-long = 源文本超过 { $most } 字节
fault-diagram-none = 不是 Mermaid 图表
fault-diagram-numbers = 图表中不能使用抽取的数值
fault-image = 无法显示图片 `{ $address }`：请填写本站的地址
fault-dollar = `{ $text }` 不是公式：第一个 `$` 之后和最后一个 `$` 之前不能有空格
fault-fragment = 链接 `{ $address }` 没有目标：本文没有标题使用这个 id

## 课程
fault-slug-folder = 为 `{ $slug }`，但文件夹名为 `{ $folder }`；两者须一致
fault-modules-none = 课程至少需要一个章节
fault-languages-none = 请至少填写 `en` 和 `zh` 中的一个
fault-course-texts = `title`、`summary` 和 `level` 都须有 `en` 和 `zh` 文本
fault-module-twice = 这个短名称（`slug`）重复
fault-module-reserved = 这个短名称（`slug`）是系统自用的网址；请换一个
fault-module-folder = `folder` 为 `{ $folder }`；请填写与 course.toml 同级的文件夹
fault-quiz-draw = `quiz.draw` 为 0；通过测验才算完成章节，所以至少须抽取一道题
fault-quiz-pass = `quiz.pass` 是得分占总分的比例，须大于 0，最大为 1
fault-quiz-few = 有 { $has } 道题，但测验要抽取 { $draw } 道；同一题组只计一道
fault-no-lesson = 章节 `{ $module }` 在此没有课文：请撰写 en.md 或 zh.md
fault-certificate-module = `modules` 中的 `{ $module }` 不是本课程的章节
fault-certificate-exercise = `exercises` 中有 `{ $exercise }`，但没有 exercises/{ $exercise }/exercise.toml
fault-certificate-foreign = `exercises` 中有 `{ $exercise }`，它属于另一门课程；发布者须是那门课程的教学人员
fault-certificate-none = 没有任何要求；请指定章节或练习
fault-signatory = `signatory` 需要 `name`，以及 `en` 和 `zh` 两种语言的 `role`，每项一行，最多 { $most } 个字符
fault-months = `valid_months` 须为 1 至 120

## 考试
fault-exam-twice = 另一场考试也使用短名称 `{ $slug }`
fault-exam-course = 所属课程的文件夹名不能用作短名称
fault-exam-id-twice = 本考试的另一个题库中也有这个 `id`；更改答案后要按 `id` 查找题目，因此不能相同
fault-most = `{ $field }` 最多为 { $most }
fault-exam-parts = 考试至少需要一个部分
fault-exam-attempts = 为 0，无人能够参加考试
fault-window-order = 结束时间不晚于开始时间
fault-window-years = 开始和结束须在 { $least } 年至 { $most } 年之间
fault-window-short = 短于各部分的总时长 { $minutes } 分钟：考生的时间会不够
fault-skills-twice = 有两项名为 `{ $name }`
fault-sections-twice = 有两个小节名为 `{ $name }`
fault-sections-none = 至少需要一个小节
fault-part-minutes = `minutes` 为 0
fault-part-pass = `pass` 是得分占总分的比例，须大于 0，最大为 1
fault-part-attempts = `attempts` 为 0，考生无法提交
fault-part-mark = `mark` 和 `sealed_mark` 须为有限的数
fault-part-exercise = 指定了练习 `{ $exercise }`，但没有 exercises/{ $exercise }/exercise.toml
fault-section-draw = `draw` 为 0
fault-section-pass = `pass` 是得分占总分的比例，须为 0 至 1
fault-section-points = 分值须大于 0，且不超过 { $most }
fault-section-bank-name = 题库以 exam.toml 同级的文件命名，不含 `.toml`
fault-section-bank-twice = 题库 `{ $bank }` 写了两次
fault-skill-untagged = 技能 `{ $skill }`：没有一道题标有 `{ $tag }`
fault-guess-longest = 在 `{ $lang }` 试卷上总选最长的选项，单选题可得 { $score }% 的分数，而随机猜测可得 { $chance }%
fault-guess-third = 在 `{ $lang }` 试卷上总选 C，单选题可得 { $score }% 的分数，而随机猜测可得 { $chance }%
fault-guess-word = 在 `{ $lang }` 试卷上总选与题干用词最接近的选项，单选题可得 { $score }% 的分数，而随机猜测可得 { $chance }%
fault-too-easy = { $items } 道题中只有 { $demanding } 道需要计算或阅读输出；颁发证书的考试须达到 { $least }%

## 练习
fault-file-hash = SHA-256 为 { $found }，但 exercise.toml 中写的是 { $expected }
fault-file-large = 超过 { $most } MB；请缩短文本，大文件不要放入起始文件
fault-file-missing = exercise.toml 引用了它，但没有这个文件
fault-range = `{ $field }` 须为 { $least } 至 { $most }
fault-exercise-folder = 文件夹名不能用作短名称
fault-exercise-format = 无法识别 `format = { $format }`；本版本的 Assay 只读取 `format = 1`
fault-exercise-texts = `{ $field }` 须有 `en` 和 `zh` 两种语言的文本
fault-exercise-attempts = `attempts_per_day` 至少为 1
fault-exercise-starter-twice = `starter` 中有重复的文件
fault-exercise-starter-name = starter/{ $file } 不是文件名
fault-exercise-classes = 分类任务须有 2 至 10000 个类别
fault-exercise-class-twice = `task.classes` 中有重复的类别
fault-exercise-inputs = 练习至少需要一个输入
fault-exercise-input-twice = 有两个输入同名
fault-exercise-output = 练习须恰好有一个输出
fault-exercise-output-classes = 输出 `{ $name }`：形状须为 ["N", { $columns }]，即类别数
fault-exercise-output-value = 输出 `{ $name }`：形状须为 ["N", 1]，即一个数值
fault-input-kind = 输入 `{ $input }`：缺少 `kind`；可选 `image`、`vector`、`text` 或 `tokens`
fault-input-batch = 输入 `{ $input }`：形状须以 "N" 开头，其后各维大小固定
fault-input-image = 输入 `{ $input }`：图像的形状为 ["N", 高, 宽, 通道数]
fault-input-vector = 输入 `{ $input }`：向量的形状为 ["N", 长度]
fault-input-tokens = 输入 `{ $input }`：词元编号的形状为 ["N", 长度]
fault-input-text = 输入 `{ $input }`：文本的形状为 ["N"]
fault-input-string = 输入 `{ $input }`：文本的 `dtype` 须为 `string`，其他输入不能用 `string`
fault-input-elements = 输入 `{ $input }`：一个样本须有 1 至 16777216 个元素
fault-data-sha256 = { $file }：`sha256` 须为 64 位小写十六进制数字
fault-data-path = { $file }：路径超出了练习文件夹
fault-data-samples = { $file }：样本文件须注明 `input`，标签文件不能注明
fault-data-input = { $file }：没有名为 `{ $input }` 的输入
fault-data-take = { $file }：`take` 至少为 1
fault-data-columns = { $file }：.csv 文件须填写 `columns`，其他文件不能填写
fault-data-label-column = { $file }：标签只能有一列
fault-data-no-column = { $file }：`columns` 中没有列名
fault-data-twice = 有两个数据文件的 `role` 和 `input` 相同
fault-data-labels = 没有 `role` 为 `hidden_labels` 的数据文件
fault-data-hidden = 输入 `{ $input }`：没有 `role` 为 `hidden_samples` 的数据文件
fault-example-right = { $file }：正确的提交应当通过，但其 `verdict` 为 `{ $verdict }`
fault-example-wrong = { $file }：错误的提交不能通过
fault-mark-order = `marks.distinction` 须介于 `marks.pass` 与指标的最佳值之间
fault-mark-range = `{ $field }` 须为 0 至 1，或指标可取的数值
fault-metric = 指标 `{ $metric }` 不适用于此任务
fault-variants-range = `sealed` 中的 `{ $name }` 须为 0 至 { $most }
fault-variants = `sealed`：{ $words }
fault-variants-kind = `sealed`：没有此类变体所适用的输入
fault-condition-bound = `conditions`：`{ $metric }` 没有上限或下限
fault-condition-metric = `conditions`：`{ $metric }` 既不是指标，也不是 { $known } 之一
fault-script-environments = `script.environments` 为空
fault-script-names = `script.environments` 须为环境名称，且不能重复
fault-script-public = `script`：没有可供训练的公开数据
fault-script-data-twice = `script`：有两个公开数据文件同名
