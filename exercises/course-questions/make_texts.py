"""Writes data/public.csv and data/hidden.csv: questions of course participants in five topics, English and Chinese.

Needs:   Python 3.10 or newer, nothing else
Run:     python make_texts.py          (the same bytes every time)

A question is one template with its slots filled, sometimes with a sentence before and a few words after it. The
sentences before are drawn alike for every topic, and name things of other topics on purpose. The templates of the two
files are different, so that a model that knows all the public questions by heart has still not seen the hidden ones.
"""

import csv
import random
import re
from pathlib import Path

HERE = Path(__file__).parent
PUBLIC_PER_CELL = 200  # rows for each topic and language: 5 x 2 x 200 = 2,000
HIDDEN_PER_CELL = 80  # 5 x 2 x 80 = 800

SLOTS = {
    "tool": ["Keras", "PyTorch", "TensorFlow", "scikit-learn", "onnxruntime", "tf2onnx", "NumPy", "XGBoost"],
    "os": ["Windows 11", "macOS", "Ubuntu 24.04", "Debian", "my laptop", "the lab computers", "an old PC"],
    "zos": ["Windows 11", "macOS", "Ubuntu 24.04", "Debian", "公司电脑", "机房的电脑", "旧笔记本"],
    "py": ["Python 3.9", "Python 3.10", "Python 3.11", "Python 3.12", "Python 3.13"],
    "ierr": [
        "ModuleNotFoundError", "ImportError", "DLL load failed", "Permission denied", "No matching distribution found",
    ],
    "n": ["3", "7", "12", "20", "35", "48", "64", "90", "99"],
    "big": ["500", "1,000", "2,000", "5,000", "10,000", "60,000"],
    "pct": ["52", "71", "88.5", "93", "96.4", "97.2", "98.1", "99"],
    "ex": ["the digits exercise", "the clothing exercise", "the text exercise", "exercise 2", "the last exercise"],
    "zex": ["手写数字练习", "服装分类练习", "文本分类练习", "第二个练习", "最后一个练习"],
    "mod": ["module 1", "module 2", "module 3", "the first part", "the practical part"],
    "zmod": ["第一模块", "第二模块", "第三模块", "基础部分", "实践部分"],
    "when": ["since yesterday", "this morning", "today", "since the weekend", "again and again"],
    "zwhen": ["从昨天起", "今天早上", "今天", "这几天", "一直"],
    "layer": ["convolution", "dropout", "dense layer", "pooling layer", "batch normalisation"],
    "zlayer": ["卷积层", "Dropout 层", "全连接层", "池化层", "批归一化层"],
    "lr": ["0.1", "0.01", "0.003", "0.001", "0.0001"],
    "opt": ["Adam", "SGD", "RMSprop", "AdamW"],
    "who": ["my employer", "my teacher", "a customer", "the university", "a recruiter"],
    "zwho": ["公司", "老师", "客户", "学校", "招聘方"],
}

BEFORE = {
    "en": [
        "Hi,", "Hello everyone,", "Quick question:", "New here.", "One more thing:", "Sorry if this was asked before.",
        "I finished the training module.", "I have read the page about certificates.", "The setup went fine so far.",
        "I submitted something last week.", "I am working on the data lesson.", "My model is ready.",
        "I use Python every day.", "The exam is next month.", "Not about the installation, but:",
    ],
    "zh": [
        "你好，", "请问，", "大家好，", "新手提问：", "还有一个问题：", "搜索过没有找到答案。",
        "训练那一章已经学完了。", "证书的说明我看过了。", "环境目前没有问题。", "上周提交过一次。",
        "正在学数据那一课。", "模型已经准备好了。", "我平时常用 Python。", "下个月要考试。", "不是安装方面的问题，",
    ],
}
AFTER = {
    "en": [
        "Thanks!", "Any idea?", "Thank you in advance.", "Please help.", "What am I missing?", "It is rather urgent.",
        "🙏",
    ],
    "zh": ["谢谢！", "求解答。", "麻烦老师了。", "急，在线等。", "有人遇到过吗？", "先谢谢了～", "🙏"],
}

# topic -> language -> (public templates, hidden templates)
TEMPLATES = {
    "installation": {
        "en": (
            [
                "How do I install {tool} on {os}?",
                "pip cannot find {tool} on {os}, what is wrong?",
                "I get {ierr} when I import {tool}.",
                "Which version of Python do I need for {tool}?",
                "Do I need a graphics driver before I set up {tool}?",
                "The installer stops at {n} percent with a network timeout.",
                "Can I use conda instead of pip for {tool}?",
                "How can I make a virtual environment on {os}?",
                "Our network blocks pip, can I copy the wheel of {tool} by hand?",
                "{tool} was installed for {py}, but the notebook starts another version.",
                "The command python is not recognised on {os}.",
                "After upgrading {tool} nothing can be imported any more.",
                "I have no administrator rights on {os}, can I still install {tool}?",
                "The package of {tool} takes {n}00 MB, is there a smaller build?",
                "Where can I find a Docker container with {tool} in it?",
                "How do I remove {tool} completely and start over?",
                "Which software must be on {os} before the course begins?",
                "My editor uses another interpreter than the terminal on {os}.",
                "Is {tool} compatible with {py}?",
                "The kernel of my notebook does not start on {os}.",
                "A compiler is needed to build {tool}, where do I get one?",
                "{tool} and {tool2} ask for different versions of NumPy, how do I solve the conflict?",
                "What do I type in the terminal to activate the environment?",
                "pip says that everything is fine, but then comes {ierr}.",
                "Can I set {tool} up without an internet connection?",
                "Do I need {py} or is an older release enough?",
                "The library was found, but a shared object file is missing on {os}.",
                "May I work in the cloud instead of setting {os} up?",
            ],
            [
                "Is there a Docker image, so that I need not set {tool} up myself?",
                "Two copies of {tool} seem to be on {os}, how do I uninstall the old one?",
                "The first cell says {ierr}, although pip reported success.",
                "What has to be on {os} before I can start {mod}?",
                "Will {tool} run under {py}?",
                "Building {tool} from source fails because a compiler is missing.",
                "Jupyter does not see the environment that I created with {py}.",
                "How much free disk space does the whole environment with {tool} need?",
                "Can {tool} and {tool2} live in the same virtual environment?",
                "After a reboot the terminal no longer finds pip on {os}.",
                "Nothing happens when I type jupyter lab in the console.",
                "Should I take the CPU or the GPU edition of {tool}?",
                "My virus scanner deletes parts of {tool} on {os}.",
            ],
        ),
        "zh": (
            [
                "{tool} 在{zos}上怎么安装？",
                "pip 安装 {tool} 时报错 {ierr}，怎么解决？",
                "安装 {tool} 需要哪个版本的 Python？",
                "导入 {tool} 时提示 {ierr}。",
                "没有显卡的电脑能装 {tool} 吗？",
                "下载 {tool} 的速度太慢，可以换镜像源吗？",
                "怎样在{zos}上创建虚拟环境？",
                "装好以后命令行里找不到 python，是不是环境变量没有配好？",
                "conda 和 pip 应该用哪一个来装 {tool}？",
                "单位内网不能联网，如何离线安装 {tool}？",
                "升级 {tool} 之后什么包都导入不了。",
                "没有管理员权限，在{zos}上还能装 {tool} 吗？",
                "安装进度卡在 {n}% 不动了。",
                "笔记本里用的解释器不是我安装包的那个版本。",
                "有带 {tool} 的 Docker 容器吗，在哪里可以找到？",
                "怎么把 {tool} 彻底卸载，重新来一遍？",
                "开课之前{zos}上必须装哪些软件？",
                "编辑器和终端用的解释器不一样，怎么切换？",
                "{tool} 和 {py} 兼容吗？",
                "笔记本的内核在{zos}上启动不了。",
                "编译 {tool} 需要编译器，从哪里装？",
                "{tool} 和 {tool2} 要求的 NumPy 版本冲突，怎么解决？",
                "激活虚拟环境要输入什么命令？",
                "pip 说已经成功，接着又出现 {ierr}。",
                "不想配置环境，可以直接用云端的笔记本吗？",
                "需要 {py} 吗，还是更旧的版本也行？",
                "找到了库，但是{zos}提示缺少动态链接库。",
                "驱动和 {tool} 的版本对不上，要先装哪一个？",
            ],
            [
                "有没有现成的 Docker 镜像，省得自己配置 {tool}？",
                "{zos}里好像有两个 {tool}，旧的怎么卸载？",
                "pip 显示成功，可是运行第一行就出现 {ierr}。",
                "开始学{zmod}之前，电脑上要先准备哪些软件？",
                "{py} 能用 {tool} 吗，版本会不会冲突？",
                "从源码编译 {tool} 失败，说缺少编译器。",
                "Jupyter 里看不到我新建的环境。",
                "整个 {tool} 环境要占多少磁盘空间？",
                "{tool} 和 {tool2} 能装在同一个虚拟环境里吗？",
                "重启以后，{zos}的终端找不到 pip 了。",
                "在控制台输入 jupyter lab 没有任何反应。",
                "{tool} 选 CPU 版还是 GPU 版？",
                "杀毒软件把 {tool} 的一部分删掉了。",
            ],
        ),
    },
    "data": {
        "en": (
            [
                "Where can I download the training images of {ex}?",
                "How many samples are in the data set of {ex}?",
                "What does the value {n} of a pixel mean?",
                "Are the labels in the same order as the images?",
                "The CSV file shows strange characters when I open it.",
                "How do I read an IDX file in Python?",
                "Some labels in {ex} look wrong to me, who can correct them?",
                "Should I scale the pixels to the range from 0 to 1?",
                "How should I split {big} samples into two parts?",
                "There are missing values in one column, may I drop these rows?",
                "What is the licence of the images in {ex}?",
                "My classes are not balanced, there are only {n} samples of one of them.",
                "Which encoding do the text files have?",
                "The archive is damaged, the checksum does not match.",
                "Are the images of {ex} in colour or grey?",
                "Are there any duplicates in the {big} images?",
                "What do the columns of the table mean?",
                "May I use other pictures besides the ones of {ex}?",
                "I read the file and the shape is ({big}, 28, 28), where is the channel?",
                "Who collected the samples, and who labelled them?",
                "Which of the downloaded files contains the labels?",
                "How large is the file with the {big} rows?",
                "One row of the table has {n} columns, but the header has fewer.",
                "What is the difference between the public samples and the hidden samples?",
                "How many classes does {ex} have and what are their names?",
                "The class names are in Chinese, is there a file with the English ones?",
                "How do I plot the first {n} images of the file?",
                "I found two pictures with the same content and different labels.",
            ],
            [
                "I cannot find the file with the labels for {ex}.",
                "Do the pictures in {ex} have one channel or three?",
                "Are there duplicates among the {big} rows?",
                "The columns have no names, what do they stand for?",
                "May I add my own photographs to the {big} images?",
                "Loading the gz file gives an array of shape ({big}, 784), is that right?",
                "How were the samples of {ex} collected and annotated?",
                "Is there an image for each of the {n} classes that I can look at?",
                "A few of the {big} rows are empty, is the file broken?",
                "Should augmented pictures be added to the {big} original ones?",
                "Do all pictures of {ex} have the same size?",
                "Which part may I look at, and which one is kept secret?",
                "What unit is the second column in?",
            ],
        ),
        "zh": (
            [
                "{zex}的训练图像在哪里下载？",
                "{zex}的数据集一共有多少个样本？",
                "像素值 {n} 代表什么意思？",
                "标签和图像的顺序是一致的吗？",
                "打开 CSV 文件全是乱码，编码是什么？",
                "IDX 格式的文件用 Python 怎么读取？",
                "{zex}里有些标签看起来标错了，找谁更正？",
                "像素需要归一化到 0 到 1 之间吗？",
                "{big} 个样本应该怎样划分成两部分？",
                "有一列存在缺失值，可以把这些行删掉吗？",
                "{zex}的图像采用什么许可协议？",
                "类别不平衡，有一类只有 {n} 个样本怎么办？",
                "数据文件的校验和对不上，是不是下载坏了？",
                "文本数据是什么编码，有没有表头？",
                "{zex}的图像是彩色的还是灰度的？",
                "{big} 幅图像里有没有重复的？",
                "表格里每一列是什么含义？",
                "除了{zex}的图片，可以用别的图片吗？",
                "读出文件后形状是 ({big}, 28, 28)，通道在哪里？",
                "样本是谁采集的，标签又是谁标注的？",
                "下载的文件里，哪一个是标签？",
                "含 {big} 行的文件有多大？",
                "有一行是 {n} 列，比表头还多。",
                "公开样本和隐藏样本有什么区别？",
                "{zex}有几个类别，名称是什么？",
                "类别名称是英文的，有中文对照表吗？",
                "怎么画出文件里的前 {n} 张图片？",
                "发现两张一样的图片，标签却不同。",
            ],
            [
                "没有找到{zex}的标签文件。",
                "{zex}的图片是单通道还是三通道？",
                "这 {big} 行里会不会有重复的记录？",
                "表格的列没有名称，各代表什么？",
                "可以把自己拍的照片加进这 {big} 幅图像里吗？",
                "读出来的数组形状是 ({big}, 784)，对不对？",
                "{zex}的样本是怎么采集和标注的？",
                "{n} 个类别各长什么样，有示例图片吗？",
                "{big} 行里有几行是空的，文件是不是坏了？",
                "要不要把增强后的图片和原来的 {big} 幅放在一起？",
                "{zex}的照片尺寸都一样吗？",
                "哪一部分可以看，哪一部分是保密的？",
                "第二列用的是什么单位？",
            ],
        ),
    },
    "training": {
        "en": (
            [
                "My loss becomes NaN after {n} steps.",
                "The accuracy stays at {pct} percent, whatever I change.",
                "How many epochs should I train on {big} images?",
                "Is a learning rate of {lr} too high for {opt}?",
                "The validation loss rises while the training loss falls.",
                "Does {opt} converge faster than {opt2}?",
                "One epoch takes {n} minutes, how can I make it faster?",
                "Where should I put {layer} in the network?",
                "Is a batch size of {n} too small?",
                "How do I stop early when the network overfits?",
                "My network predicts the same class for every image.",
                "The results differ each time although I set the seed.",
                "How many filters does a small network need?",
                "Memory runs out when I fit with a batch of {big}.",
                "The gradient explodes with {opt} and a step size of {lr}.",
                "Does another {layer} make the network better or only slower?",
                "When should I stop, the curve has been flat for {n} epochs?",
                "How do I choose between a small network and a deep one?",
                "Is {pct} percent on the training part already overfitting?",
                "It memorises {big} examples and does not generalise.",
                "What does it mean when the curve of the loss oscillates?",
                "Should the weights start at zero or at random?",
                "Do I lower the rate after {n} iterations?",
                "Is my model underfitting if both curves are at {pct} percent?",
                "How long does it take to train on a CPU with {big} examples?",
                "Which activation goes well with {layer}?",
                "Why is the validation accuracy higher than the training accuracy?",
                "What does weight decay do in {opt}?",
            ],
            [
                "The curve goes up and down wildly with {opt} and {lr}.",
                "Would another {layer} help against overfitting?",
                "After {n} epochs nothing improves, should I give up or wait?",
                "What is a good way to choose between {opt} and {opt2}?",
                "My weights explode in iteration {n}.",
                "Is {pct} percent on the validation part a sign of underfitting?",
                "It learns the first {big} examples by heart and fails on all others.",
                "Nothing is learnt at all with a rate of {lr}, the loss does not move.",
                "How many layers and neurons are enough for {big} examples?",
                "With {layer} the accuracy drops to {pct} percent.",
                "My computer gets hot and slow, are {n} rounds too many?",
                "The network says shirt for everything, what is going wrong?",
                "Is it normal that two runs end at {pct} percent and at something else?",
            ],
        ),
        "zh": (
            [
                "训练 {n} 步以后损失变成了 NaN。",
                "准确率一直停在 {pct}%，怎么调都不动。",
                "{big} 幅图像应该训练多少轮？",
                "用 {opt} 时学习率设为 {lr} 会不会太大？",
                "训练损失在下降，验证损失却在上升。",
                "{opt} 比 {opt2} 收敛得更快吗？",
                "一轮要 {n} 分钟，怎样才能加快训练？",
                "{zlayer}应该放在网络的什么位置？",
                "批次大小 {n} 是不是太小了？",
                "网络过拟合时怎么提前停止？",
                "模型对所有图像都预测同一个类别。",
                "固定了随机种子，每次结果还是不一样。",
                "小网络需要多少个卷积核？",
                "批次设成 {big} 训练时内存不够。",
                "用 {opt}、步长 {lr} 时梯度爆炸了。",
                "多加一个{zlayer}会更好，还是只会更慢？",
                "曲线已经 {n} 轮没有变化，什么时候该停？",
                "小网络和深网络怎么选？",
                "训练集上到了 {pct}%，这是过拟合吗？",
                "模型把 {big} 个例子背下来了，不能泛化。",
                "损失曲线来回震荡是什么意思？",
                "权重应该初始化为零还是随机？",
                "迭代 {n} 次以后要不要降低学习率？",
                "两条曲线都只到 {pct}%，是欠拟合吗？",
                "用 CPU 训练 {big} 个例子要多久？",
                "{zlayer}后面配哪个激活函数好？",
                "为什么验证准确率比训练准确率还高？",
                "{opt} 里的权重衰减起什么作用？",
            ],
            [
                "用 {opt} 和 {lr} 时曲线上下剧烈震荡。",
                "再加一个{zlayer}能缓解过拟合吗？",
                "{n} 轮之后就没有提升了，该停下还是再等等？",
                "{opt} 和 {opt2} 之间应该怎么选？",
                "第 {n} 次迭代时权重爆炸了。",
                "验证集上只有 {pct}%，算不算欠拟合？",
                "前 {big} 个例子全都记住了，换成别的就不行。",
                "学习率用 {lr} 时完全学不动，损失没有变化。",
                "{big} 个例子，网络要几层、多少个神经元才够？",
                "加了{zlayer}以后准确率降到 {pct}%。",
                "电脑又烫又慢，{n} 轮是不是太多了？",
                "网络把什么都认成衬衫，问题出在哪里？",
                "两次运行的结果差了很多，正常吗？",
            ],
        ),
    },
    "submission": {
        "en": (
            [
                "My file for {ex} was rejected, the message says wrong input shape.",
                "How many attempts do I have in {ex} per day?",
                "Does a failed upload count as an attempt?",
                "How do I export the network to ONNX and upload it?",
                "My submission has been waiting in the queue {when}.",
                "Which scale must I choose when I submit?",
                "The grader says that an operator is not supported.",
                "I uploaded the wrong file, can I cancel the run?",
                "What is the size limit for model.onnx in {ex}?",
                "The result says time limit exceeded, how long may the model run?",
                "Can I submit from the command line with a token?",
                "PyTorch wrote model.onnx and model.onnx.data, which of them do I upload?",
                "The server shows {pct} percent, but at home I measured more.",
                "When can I send in the next version of my model?",
                "The result of {ex} says wrong output shape, what does it expect?",
                "Which of my {n} submissions counts, the best one?",
                "My run seems to be stuck, it shows running since {n} minutes.",
                "How do I read the confusion matrix on the result page?",
                "Can I upload a script or only an ONNX file?",
                "The submit button is grey, how long must I wait?",
                "What is the sealed score, and why is it lower than the open score?",
                "The upload stops at {n} percent and starts again.",
                "My score dropped to {pct} after I submitted the same file again.",
                "Which opset does the grader accept?",
                "Is a zip file allowed when I hand in {ex}?",
                "What does the verdict not finite mean?",
                "I have used all attempts {when}, when do I get new ones?",
                "Who can see the model that I handed in for {ex}?",
            ],
            [
                "The upload to {ex} ends with an error about the output shape.",
                "Is the best or the last of my {n} attempts counted?",
                "It has said running for {n} minutes, is the grader stuck?",
                "Why does the confusion matrix of my result have an empty row?",
                "May I hand in a zip with train.py instead of an ONNX file?",
                "I cannot submit to {ex} any more {when}, the button tells me to wait.",
                "My score in {ex} is {pct} on the open part and lower on the sealed part, why?",
                "The grader refuses model.onnx because it is larger than {n} MB.",
                "The verdict for {ex} is below mark, how far am I from passing?",
                "Can I delete a file that I uploaded {when}?",
                "Why was my work for {ex} not scored?",
                "I get {pct} percent on my machine and nothing but an error message here.",
                "How many points does a second try in {ex} cost?",
            ],
        ),
        "zh": (
            [
                "{zex}提交的文件被拒绝，提示输入形状不符。",
                "{zex}每天可以提交几次？",
                "上传失败会计入提交次数吗？",
                "怎样把网络导出成 ONNX 再上传？",
                "我的提交{zwhen}在排队，一直没有评测。",
                "提交时缩放方式应该选哪一个？",
                "评测结果说算子不支持，怎么办？",
                "传错文件了，可以取消这次评测吗？",
                "{zex}的 model.onnx 大小上限是多少？",
                "结果显示运行超时，模型最多能跑多久？",
                "可以用令牌在命令行里提交吗？",
                "PyTorch 生成了 model.onnx 和 model.onnx.data，要上传哪一个？",
                "评测机给出 {pct}%，在自己电脑上测却更高。",
                "下一次什么时候可以再提交新的模型？",
                "{zex}的结果提示输出形状不对，要求是什么？",
                "交了 {n} 次，以哪一次为准，是最好的一次吗？",
                "评测好像卡住了，显示运行 {n} 分钟。",
                "结果页面的混淆矩阵怎么看？",
                "可以上传脚本吗，还是只能交 ONNX 文件？",
                "提交按钮是灰的，要等多久？",
                "密封得分是什么，为什么比公开得分低？",
                "上传到 {n}% 就中断，然后重新开始。",
                "同一个文件再提交一次，得分变成了 {pct}%。",
                "评测机支持哪个 opset？",
                "交{zex}时可以用 zip 压缩包吗？",
                "评测结论里的非有限值是什么意思？",
                "{zwhen}次数用完了，什么时候恢复？",
                "我为{zex}交的模型谁能看到？",
            ],
            [
                "往{zex}上传时报错，说输出的形状不对。",
                "{n} 次提交里，算最好的一次还是最后一次？",
                "已经显示正在评测 {n} 分钟了，是不是卡住了？",
                "评测结果的混淆矩阵里为什么有一行是空的？",
                "能不能交一个包含 train.py 的压缩包来代替 ONNX 文件？",
                "{zwhen}{zex}都不能再交了，按钮提示要等待。",
                "{zex}公开部分得分 {pct}%，密封部分低一些，为什么？",
                "model.onnx 超过 {n} MB，评测机不接收。",
                "{zex}的评测结论是未达合格线，还差多少？",
                "{zwhen}上传的文件可以删除吗？",
                "{zwhen}交上去的为什么没有得分？",
                "本地能跑出 {pct}%，在这里只得到一条错误信息。",
                "{zex}再试一次会扣分吗？",
            ],
        ),
    },
    "certificate": {
        "en": (
            [
                "When will I get my certificate after passing {ex}?",
                "My name is misspelled on the certificate, can it be changed?",
                "How can {who} verify my certificate?",
                "Does the certificate expire after {n} months?",
                "Which quizzes do I have to pass for the certificate?",
                "Can I download the certificate as a PDF?",
                "The certificate number is not found on the verification page.",
                "What does the signature on the certificate prove?",
                "Is the certificate available in Chinese as well?",
                "I changed my e-mail address, is my certificate still valid?",
                "What is the difference between completion and certification?",
                "Can a certificate be revoked?",
                "Can I share a link to my certificate with {who}?",
                "I completed {mod} and {ex}, but no certificate appears.",
                "How do I prove to {who} that I have passed the course?",
                "The document was issued with my old name, who corrects it?",
                "How many years is the certificate valid?",
                "How do I renew a certificate that has expired?",
                "What is missing before my certificate is issued?",
                "Can the signature be checked without an internet connection?",
                "The verification page says does not match, why?",
                "Is a distinction shown on the certificate?",
                "Does {who} accept the document as proof of the course?",
                "Is my surname or my first name printed first?",
                "Can I get a printed document with a stamp for {who}?",
                "Who issues the certificates, and who signs them?",
                "Which e-mail address is used when the document is issued?",
                "Will my certificate stay valid when I delete my account?",
            ],
            [
                "{who} wants proof that I finished the course, what can I show?",
                "The document still has my old surname, who issues a new one?",
                "For how many years is it valid, and how do I renew it?",
                "What is still missing before the document is issued? I passed {mod}.",
                "Can {who} check the signature offline?",
                "The page says that the content does not match the signature.",
                "Will passing {ex} with distinction be mentioned on it?",
                "My diploma shows a wrong date, who can reissue it?",
                "Is the proof that I completed {mod} signed by the university?",
                "How long does the issuer keep my name and certificate?",
                "Is there something official that I can hang on the wall after {mod}?",
                "I gave {who} the number and nothing was found, what now?",
                "Will there be a paper version or only a PDF?",
            ],
        ),
        "zh": (
            [
                "通过{zex}以后，多久能拿到证书？",
                "证书上的姓名写错了，可以修改吗？",
                "{zwho}怎样核验我的证书？",
                "证书 {n} 个月以后会过期吗？",
                "要拿证书需要通过哪些测验？",
                "证书可以下载成 PDF 吗？",
                "核验页面查不到我的证书编号。",
                "证书上的签名能证明什么？",
                "证书有没有英文版？",
                "换了邮箱，原来的证书还有效吗？",
                "结业证书和认证有什么区别？",
                "已经颁发的证书会被撤销吗？",
                "可以把证书链接发给{zwho}吗？",
                "{zmod}和{zex}都完成了，却没有看到证书。",
                "怎样向{zwho}证明已经通过了课程？",
                "证书是用旧名字颁发的，找谁改？",
                "证书的有效期有几年？",
                "证书到期了怎么续期？",
                "还缺什么条件才能颁发证书？",
                "没有网络能核验签名吗？",
                "核验页面显示不符，是什么原因？",
                "证书上会写优秀吗？",
                "{zwho}认可这份证明吗？",
                "证书上姓在前还是名在前？",
                "可以给{zwho}出示盖章的纸质证明吗？",
                "证书由谁颁发、由谁签名？",
                "颁发证书时用的是哪个邮箱？",
                "注销账号以后证书还有效吗？",
            ],
            [
                "{zwho}要我证明学完了这门课，可以出示什么？",
                "上面还是我以前的名字，找谁重新颁发？",
                "有效期是几年，到期以后怎么续期？",
                "{zmod}通过了，还差什么才会颁发？",
                "{zwho}不联网也能检查签名吗？",
                "页面显示内容与签名不符。",
                "{zex}拿到优秀，会写在上面吗？",
                "结业证明的日期不对，能重新颁发吗？",
                "{zmod}的结业证明是学校签名的吗？",
                "颁发机构会把我的姓名和证书保存多久？",
                "学完{zmod}有没有正式的凭证？",
                "{zwho}输入编号后什么也查不到，怎么办？",
                "是纸质的还是电子版？",
            ],
        ),
    },
}


def fill(template, rng):
    """Fills each slot of a template; a name that ends in 2 gives another word than the same name without it."""
    words = {}
    for name in re.findall(r"{(\w+)}", template):
        choices = [word for word in SLOTS[name.rstrip("2")] if word not in words.values()]
        words[name] = rng.choice(choices)
    return template.format(**words)


def question(template, language, rng):
    """One question: the filled template, sometimes with something before or after it."""
    text = fill(template, rng)
    space = " " if language == "en" else ""
    before = rng.choice(BEFORE[language]) if rng.random() < 0.4 else ""
    if not before.endswith((",", ":")):
        text = text[0].upper() + text[1:]
    if before:
        text = before + space + text
    if rng.random() < 0.3:
        text = text + space + rng.choice(AFTER[language])
    return text


def rows(part, count, rng):
    """`count` different questions for each topic and language, as evenly over the templates as possible, shuffled.

    Each row is the question, its topic, and a number for the template that it was made from.
    """
    table, pattern = [], 0
    for topic, languages in TEMPLATES.items():
        for language, parts in languages.items():
            seen = set()
            while len(seen) < count:
                number = len(seen) % len(parts[part])
                text = question(parts[part][number], language, rng)
                if text not in seen:
                    seen.add(text)
                    table.append((text, topic, pattern + number))
            pattern += len(parts[part])
    rng.shuffle(table)
    return table


def write(name, table):
    with open(HERE / "data" / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "topic", "pattern"])
        writer.writerows(table)


if __name__ == "__main__":
    public = rows(0, PUBLIC_PER_CELL, random.Random("public"))
    hidden = rows(1, HIDDEN_PER_CELL, random.Random("hidden"))
    assert not {row[0] for row in public} & {row[0] for row in hidden}
    write("public.csv", public)
    write("hidden.csv", hidden)
    print(f"{len(public)} public and {len(hidden)} hidden questions")
