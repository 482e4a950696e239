## The class of a course
class-title = 班级：{ $course }
class-unpublished = 课程尚未发布，还没有人可以学习。请先在“内容”页发布课程，再在此创建班级。
class-none = 还没有班级。先新建一个，再导入名单或发放加入码。
class-cohorts = 班级
class-save = 保存
class-bad-time = “{ $text }”在班级所在时区不是有效的时间。请按 2026-12-01T18:00 的格式填写，并避开夏令时跳过的那一小时。
cohort-name = 名称
cohort-name-taken = 本课程已有同名班级，请换一个名称。
cohort-bad-name = 班级需要一个名称，单行，不超过 200 个字符。
cohort-bad-day = 日期请按 2026-12-01 的格式填写，也可以留空。
cohort-ends-first = 结束日期早于开始日期，请修改其中一个。
cohort-zone = 时区
cohort-zone-hint = 截止时间按此时区填写，例如 Asia/Shanghai。
cohort-starts = 开始日期（选填）
cohort-ends = 结束日期（选填）
cohort-ends-hint = 此日之后不能再凭加入码加入。
cohort-new = 新建班级
cohort-create = 新建
cohort-change = 名称、时区和日期
cohort-members = 成员
cohort-invited = 已邀请
cohort-invited-hint = 以下邮箱还没有人验证。用该邮箱注册并完成验证后，首次打开首页即加入班级。
cohort-uninvite = 取消邀请
cohort-empty = 班级里还没有人。
cohort-joined = 加入日期
cohort-due = 截止时间
cohort-counts = 成员 { $members } 人，已邀请 { $invited } 人。
cohort-code = 加入码
cohort-code-open = 凭此码即可加入：
cohort-code-none = 目前不能凭码加入。生成加入码即可开放。
cohort-code-closed = 已关闭
cohort-code-make = 生成加入码
cohort-code-renew = 更换加入码
cohort-code-close = 关闭凭码加入

enrolment-title = 导入名单
enrolment-list = 邮箱，每行一个
enrolment-list-hint = 后面可以再写姓名和学号，用逗号、分号或制表符分隔。最多 5,000 行。
enrolment-file = 或选择 CSV 文件
enrolment-file-hint = 列相同，有无表头均可，UTF-8 编码，不超过 1 MB。
enrolment-write = 给还没有账号的邮箱发邮件
enrolment-closed = 本站不开放注册：没有账号的人要等管理员建好账号后才能加入。
enrolment-try = 检查名单
enrolment-trial = 名单检查结果
enrolment-trial-text = 目前尚未做任何改动。以下是每一行将会得到的处理。
enrolment-done = 名单已导入
enrolment-done-text = 已完成。以下是每一行的处理结果。
enrolment-carry-out = 确认导入
enrolment-cancel = 取消
enrolment-back = 返回班级
enrolment-nothing = 这份名单不会带来任何改动。
enrolment-rows = 名单各行
enrolment-line = 行号
enrolment-outcome = 结果
outcome-enrolled = 已加入
outcome-already-in = 已在本班
outcome-in-another = 在本课程的其他班级，保持不变，可在学员页面转班
outcome-invited = 已邀请：该邮箱还没有账号，验证邮箱后即加入
outcome-already-invited = 之前已邀请
outcome-bad-address = 不是有效的邮箱
outcome-twice = 名单中重复
class-list-too-large = 名单超过 1 MB，请拆成几个较小的文件。
class-list-encoding = 无法识别名单的编码。请在表格软件中另存为“CSV UTF-8”。
enrolment-encoding = 名单按 { $encoding } 编码读取。如果下方姓名显示有误，请另存为“CSV UTF-8”后重试。
class-list-binary = 这不是文本文件。请把表格导出为 CSV 后再选择。
class-list-empty = 名单是空的。请至少粘贴一个邮箱，或选择一个文件。
class-list-rows = 名单超过 { $most } 行，请拆成几份。
mail-class-subject = 邀请你加入课程《{ $course }》
mail-class-body =
    { $site } 上的课程《{ $course }》已为你在班级中保留名额。

    请用这个邮箱（{ $email }）注册并完成验证：
    { $link }

    如不需要，忽略此邮件即可。

dates-title = 截止时间：{ $cohort }
dates-zone = 以下时间均为 { $zone } 时区。
dates-rule = 在截止时刻完成仍算按时。逾期按 24 小时为一天计，不足一天按一天计。除非已经关闭，逾期仍可提交，反馈照常完整给出。测验和练习以提交时间为准，考试以开始时间为准。时间留空表示没有截止时间。
dates-at = 截止时间
dates-late = 逾期时
dates-free = 照常计分
dates-per-day = 每逾期一天扣百分之几
dates-closed = 若干天后关闭
dates-number = 百分数或天数
dates-bad-rule = 每天扣分请填 1 至 100，关闭天数请填 0 至 365。
dates-authors = 截止时间由课程的作者和负责人设置。
item-quiz = 测验
item-exercise = 练习
item-exam = 考试
item-name = { $kind }：{ $title }
due-title = 截止时间
due-days = { $time }截止，还有 { $days } 天。
due-hours = { $time }截止，还有 { $hours } 小时。
due-now = { $time }截止，不足一小时。
due-over = 已于 { $time }截止，现已逾期 { $days } 天。
due-closed = 已于 { $time }截止，现已关闭。
due-extended = 已为你延期
due-done = 已完成
due-missing = 未完成
due-closed-exercise = 你所在班级的这项练习已于 { $time } 关闭，本次提交未被接收。如有特殊情况，请向老师申请延期。
due-closed-quiz = 你所在班级的这项测验已于 { $time } 关闭。如有特殊情况，请向老师申请延期。
due-closed-exam = 你所在班级的这项考试已于 { $time } 关闭。如有特殊情况，请向老师申请延期。
late-free = 逾期照常计分。
late-per-day = 每逾期一天扣除得分的 { $percent }%。
late-closed = 逾期照常计分，{ $time } 后不再接收。
late-closed-at-once = 截止后不再接收。

announcements-title = 公告：{ $course }
announcements-link = 公告
announcement-for = 发给
announcement-everybody = 课程全体学员
announcement-en = 英文
announcement-zh = 中文
announcement-hint = 只写一种语言也可以，使用另一种语言的读者会看到它。
announcement-expires = 显示至（选填）
announcement-expires-hint = 时区：{ $zone }。
announcement-mail = 同时发送邮件
announcement-make = 发布公告
announcement-made = 已发布的公告
announcement-none = 还没有公告。
announcement-shown = 显示中
announcement-hidden = 已不再显示
announcement-until = 至 { $time }
announcement-change = 修改
announcement-withdraw = 撤回
announcement-dismiss = 知道了
announcement-bad-text = 请至少用一种语言填写内容，每种语言不超过 { $most } 个字符。
mail-announcement-subject = 《{ $course }》课程公告
mail-announcement-body =
    { $text }

    课程页面：{ $link }
    你在 { $site } 学习该课程，因此收到此邮件。

join-title = 加入班级
join-link = 凭加入码加入班级
join-code = 加入码
join-code-hint = 老师发给你的十位字母和数字，不区分大小写，空格和连字符可有可无。
join-look = 继续
join-found = 此加入码对应课程《{ $course }》的班级“{ $cohort }”。加入后，老师可以看到你的姓名、邮箱以及你在本课程中的成绩。
join-button = 加入班级
join-unknown = 目前没有班级使用这个加入码。请检查是否输错；它也可能已更换或关闭，请询问发码的老师。
join-in-another = 你已在本课程的班级“{ $name }”中。如需转班，请联系老师。
join-too-many = 输错次数过多，请在 { $time } 之后再试。
notice-joined = 你已加入班级。
