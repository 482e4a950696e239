## 上传的数据：为什么没有接收
intake-no-files = 没有上传文件。请选择一个表格、一个 NPZ 文件、一个图像 ZIP 压缩包，或样本与标签两个文件。
intake-too-many-files = 上传了 { $found } 个文件。请选择一个文件，或两个文件：一个是样本，一个是标签。
intake-unreadable = 无法读取 { $file }：{ $detail }。请重新上传。
intake-unknown-format = { $file } 的格式无法识别。请上传 CSV、Parquet、NPY、NPZ 或 IDX 文件，或按类别分文件夹存放 PNG、JPEG、BMP 图像的 ZIP 压缩包。
intake-no-pair = { $first } 与 { $second } 不是一个样本文件和一个标签文件。请上传两个 IDX 或 NPY 文件，其中标签文件为每个样本存一个数，文件名含“labels”；其他格式请作为一个文件上传。
intake-no-labels = { $file } 有样本但没有标签。请补充标签文件；表格的标签应在单独一列。
intake-no-samples = { $file } 没有样本。请确认文件无误并且保存完整。
intake-counts = 样本有 { $samples } 个，标签有 { $labels } 个。每个样本须有且仅有一个标签，顺序一致。
intake-too-many-samples = { $file } 有 { $found } 个或更多样本，最多接收 { $limit } 个。请减少样本，例如随机抽取一部分。
intake-too-many-columns = { $file } 有 { $found } 列，最多接收 { $limit } 列。请去掉用不到的列，或把数值存为 NPZ 文件。
intake-too-many-numbers = { $file } 的数值保存后超过 { $limit } MiB。请减少样本、缩小图像或减少列。
intake-too-much-text = { $file } 的文本超过 { $limit } MB。请减少或缩短文本。
intake-damaged = { $file } 已损坏，或与文件开头声明的格式不符。请重新保存后再上传。
intake-truncated = { $file } 的文件头声明后面有 { $expected } 字节，实际只有 { $found } 字节，文件不完整。请重新保存后再上传。
intake-goes-on = { $file } 在文件头声明的 { $expected } 字节之后还有内容。请重新保存后再上传。
intake-archive-entries = 压缩包 { $file } 的条目超过（或声明超过）{ $limit } 个。请减少图像，并用普通的 ZIP 工具打包。
intake-archive-empty = 压缩包 { $file } 中没有图像。请每个类别建一个文件夹，把图像放进去再打包。
intake-entry-name = 压缩包 { $file } 中有条目的名称不被接受：{ $entry }。名称须为 UTF-8，不含“..”、反斜杠和冒号，也不以斜杠开头；请改名后重新打包。
intake-entry-link = 压缩包 { $file } 中有链接：{ $entry }。请换成图像本身。
intake-entry-encrypted = 压缩包 { $file } 中有加密的条目：{ $entry }。请不设密码重新打包。
intake-entry-damaged = 压缩包 { $file } 中的条目 { $entry } 已损坏，或压缩方式不常见。请确认它能在本机打开，并用普通的 ZIP 工具重新打包。
intake-entry-bomb = 压缩包 { $file } 中的条目 { $entry } 解压后超过允许的大小。请去掉它。
intake-entry-place = 压缩包 { $file } 中的 { $entry } 不在类别文件夹里。请把每张图像放进以类别命名的文件夹，不要放其他文件，例如 cat/001.png；这些文件夹外面可以再有一层文件夹。如果训练集和测试集各有一个文件夹，请选择“已划分好”，分别上传两个压缩包。
intake-entry-no-image = 压缩包 { $file } 中的 { $entry } 不是 PNG、JPEG 或 BMP 图像。请转换格式或去掉它。
intake-image-too-large = 压缩包 { $file } 中的图像 { $entry } 为 { $width } × { $height } 像素；每边须为 1 至 { $limit } 像素。请缩小图像。
intake-image-memory = 打开压缩包 { $file } 中的图像 { $entry } 需要的内存过多。请缩小图像，或以每通道 8 位保存。
intake-image-size = 压缩包 { $file } 中的图像 { $entry } 为 { $width } × { $height } 像素，而第一张为 { $wanted }。请把所有图像调整为同一尺寸。
intake-image-colours = 压缩包 { $file } 中的图像 { $entry } { $found ->
    [grey] 是灰度图，而第一张是彩色图
   *[colour] 是彩色图，而第一张是灰度图
 }。请统一转换为灰度图或 RGB 图。
intake-no-array = { $file } 中没有数组 { $wanted }，只有：{ $found }。请在表单中填写样本与标签的数组名，或保存为 x 和 y。
intake-pickle = { $file } 是 Python 对象数组，系统不会打开。请保存为数值数组，例如 array.astype("float64")。
intake-array-type = { $file } 的数值类型是 { $found }，无法读取。请保存为 uint8、int64、float32 或 float64。
intake-array-shape = { $file } 的形状是 { $shape }，与样本类型不符。图像为（n, 高, 宽）或（n, 高, 宽, 1 或 3），向量与词元编号为（n, 长度）；各维不能为 0。
intake-array-number = { $file }：第 { $sample } 个样本的第 { $element } 个数是 { $value }。请补全或去掉缺失值与无穷值。
intake-not-utf8 = { $file } 不是 UTF-8 编码，最早出现在第 { $line } 行。请存为 UTF-8；在 Excel 中选择“CSV UTF-8”。
intake-no-header = { $file } 开头就是数据。请在第一行之前加上列名。
intake-no-column = { $file } 中没有 { $column } 列，只有：{ $found }。请检查列名的写法，包括大小写和空格。
intake-two-columns = { $file } 中的 { $column } 列出现了两次。请让每一列的名称各不相同，并且只填写一次。
intake-label-as-feature = { $file } 中的 { $column } 列既是标签又是特征。请把它从特征中去掉。
intake-long-row = { $file }：第 { $row } 行超过 { $limit } MB。可能缺少引号，请检查这一行。
intake-row-length = { $file }：第 { $row } 行有 { $found } 个单元格，而表头有 { $expected } 个。单元格内有逗号或换行时须加引号。
intake-empty-cell = { $file }：第 { $row } 行的 { $column } 列为空。请补全，或去掉这一行或这一列。
intake-not-a-number = { $file }：第 { $row } 行的 { $column } 列是“{ $value }”，不是可用的数。请更正，小数请用小数点，或把这一列从特征中去掉。
intake-column-type = { $file }：{ $column } 列是{ $found ->
    [lists] 列表或嵌套值
    [bytes] 字节串
    [decimals] 定点小数
   *[times] 日期或时间
 }。请存为数值、真假值或文本，或去掉这一列。
intake-compression = { $file } 使用了 { $found } 压缩。请用 Snappy 或不压缩保存：在 pandas 中为 to_parquet(path, compression="snappy")。
intake-label-shape = { $file }：每个样本有 { $each } 个标签。请为每个样本存一个标签；独热标签请用 labels.argmax(axis=1)。
intake-label-fraction = { $file }：第 { $row } 个样本的标签是 { $value }。分类的类别是名称或整数；如果是其他数值，请选择回归。
intake-label-no-number = { $file }：第 { $row } 个样本的标签是“{ $value }”，不是数。回归需要数值；如果是名称，请选择分类。
intake-label-empty = { $file }：第 { $row } 个样本没有标签。请补全或去掉这个样本。
intake-one-class = { $file }：所有样本都属于类别 { $class }。分类至少需要两个类别，请检查哪一列是标签。
intake-too-many-classes = { $file } 有 { $found } 个类别，最多接收 { $limit } 个。请检查哪一列是标签，以及任务是否应为回归。
intake-class-names = { $wanted } 个类别却有 { $found } 个名称。请为每个类别填写一个名称。
intake-mixed-names = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分出现的类别都是数字，而其他类别有名称。请为数字类别改名。
intake-kind = { $file } 中{ $kind ->
    [text] 没有单独一列文本。请选择存放文本的那一列，或改选样本类型。
   *[number] 没有数值。请选择存放数值的列，或把样本类型改为文本。
 }
intake-pixels = { $file }：第 { $sample } 个样本有像素值 { $value }。像素须为 0 至 255 的整数；0 到 1 之间的值请用 (x * 255).round().astype("uint8") 转换。
intake-tokens = { $file }：第 { $sample } 个样本有词元编号 { $value }。词元编号须为不小于 0 的整数。
intake-texts-are-numbers = { $file }：所有文本都是数字。请把样本类型改为向量，或选择其他列。
intake-long-text = { $file }：第 { $row } 段文本超过 { $limit } kB。请缩短。
intake-bad-shares = 各部分比例不能为负，总和须为 100%，隐藏部分须大于 0。
intake-empty-part = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分将没有样本。请提高其比例，或上传更多样本。

## 上传的数据：需要留意之处
intake-finding-shape = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分的样本类型、形状或列与隐藏部分不同。请以相同形式上传。
intake-finding-few = 隐藏部分只有 { $count } 个样本，得分只是粗略估计，仅凭运气就会有几个百分点的波动。100 个偏少，1,000 个较好。
intake-finding-label = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分第 { $row } 个样本的标签“{ $label }”不在类别列表中。请更正标签或类别列表。
intake-finding-ambiguous = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分的标签是整数，既是一些类别的名称，又是另一些类别的序号。请从 0 开始编号，或使用含字母的名称。
intake-finding-missing-hidden = 隐藏部分有 { $count } 个类别没有样本：{ $classes }。没有样本就无法评测：请补充样本，或去掉该类别。
intake-finding-missing = { $part ->
    [public] 公开
   *[private] 私有
 }部分有 { $count } 个类别没有样本：{ $classes }。{ $part ->
    [public] 学员无法学会没有见过的类别。
   *[private] 密封评测无法反映这些类别。
 }
intake-finding-balance = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分中，类别 { $largest } 有 { $most } 个样本，而 { $smallest } 只有 { $least } 个。总是回答 { $largest } 的模型正确率就有 { $share }%：请选用平衡准确率或宏平均 F1 值，或把合格线定得明显更高。
intake-finding-copies = { $part ->
    [hidden] 隐藏
   *[private] 私有
 }部分的 { $samples } 个样本中有 { $count } 个也在{ $other ->
    [public] 公开
   *[hidden] 隐藏
 }部分中；第一个是样本 { $first }，与样本 { $place } 相同。这样的样本只考察记忆：请从其中一个部分去掉。
intake-finding-near = { $part ->
    [hidden] 隐藏
   *[private] 私有
 }部分的 { $samples } 个样本中有 { $count } 个与{ $other ->
    [public] 公开
   *[hidden] 隐藏
 }部分的样本几乎相同；第一个是样本 { $first }，接近样本 { $place }。请查看，并去掉重复的样本。
intake-finding-near-skipped = 样本过多，没有检查{ $part ->
    [hidden] 隐藏
   *[private] 私有
 }部分与{ $other ->
    [public] 公开
   *[hidden] 隐藏
 }部分中几乎相同的样本。完全相同的样本已检查。
intake-finding-repeated = 隐藏部分的 { $samples } 个样本中有 { $count } 个重复出现；最先重复的是样本 { $first } 与 { $second }。重复的样本会被多次计分：如非有意，请去掉。
intake-finding-not-finite = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分第 { $row } 个样本有缺失值或无穷值。请补全或去掉这个样本。
intake-finding-constant = 有 { $count } 列在所有行中取值相同：{ $columns }。这样的列没有信息：请去掉，或检查其来源。
intake-finding-all-equal = 所有图像都相同。请检查压缩包是怎样生成的。
intake-finding-nameless = 列名都是数字：{ $columns }。文件的第一行可能是样本：请在其上方写明列名，然后重新上传。
intake-finding-unreadable = { $file } 无法作为数据读取：{ $message }。请重新上传数据，或修正文件后再次导入。
intake-finding-row-numbers = { $column } 列只是行号。请去掉：模型可能由此学到文件的顺序。
intake-finding-few-values = { $part ->
    [public] 公开
    [hidden] 隐藏
   *[private] 私有
 }部分要预测的值只有 { $count } 种。如果它们是类别，请选择分类。
intake-finding-leak = 有 { $count } 列泄露了标签：{ $columns }。仅凭这样的列就能准确算出标签：请把它从特征中去掉。
