## Fields that several forms have
field-email = 邮箱
field-name = 姓名
field-name-hint = 仅你本人和授课讲师可见。证书上的姓名会另行填写。
field-password = 密码
field-password-hint = 至少 10 个字符。几个词连在一起，好记又难猜。
field-old-password = 当前密码
field-new-password = 新密码
field-lang = 语言
field-role = 角色
field-time-zone = 时区
field-time-zone-hint = 例如 Asia/Shanghai。留空则使用浏览器的时区。
save = 保存
breadcrumbs = 当前位置

email-invalid = 请输入有效的邮箱，例如 name@example.org。
email-taken = 该邮箱已有账号。
name-invalid = 请输入 1 至 80 个字符的姓名。
time-zone-invalid = 请从列表中选择时区，或输入 Asia/Shanghai 这样的名称，也可以留空。
password-too-short = 密码至少需要 10 个字符。
password-too-long = 密码最多 200 个字符。
password-personal = 密码不能与邮箱或姓名相同，请换一个。
password-repeated = 密码不能只由同一个字符组成，请换一个。
password-wrong = 当前密码不正确。请检查键盘布局和大写锁定键后重新输入。

## Sign in
sign-in-title = 登录
sign-in-button = 登录
sign-in-forgot = 忘记密码？
sign-in-new = 还没有账号？
sign-in-wrong = 邮箱或密码不正确。请检查后重试，或重置密码。
sign-in-suspended = 此账号已被停用。请联系本站管理员了解原因并申请恢复。
sign-in-limited = 失败次数过多，请于 { $until } 之后再试。如果忘记了密码，现在就可以重置。

## Sign up
sign-up-title = 注册
sign-up-lead = 账号用于保存你的学习进度、提交记录和证书。
sign-up-email-hint = 我们会向该邮箱发送确认链接。
sign-up-button = 注册账号
sign-up-known = 已有账号？
sign-up-closed-title = 暂未开放注册
sign-up-closed = 本站账号由管理员创建。如需账号，请联系管理员。
sign-up-by-invitation = 本站仅限受邀注册。请联系管理员发送邀请，邀请将通过邮件送达。

confirm-title = 确认邮箱
confirm-text = 请输入注册时设置的密码，以确认 { $email } 是你的邮箱。
confirm-hint = 密码只有你知道，这样可以防止他人诱导你确认并不属于你的账号。
confirm-button = 确认
confirm-wrong = 这不是注册时设置的密码。请重新输入，或重置密码；重置的同时也会确认邮箱。

## After a mail was asked for
letter-confirm-title = 请查收邮件
letter-confirm-text = 我们已向 { $email } 发送邮件，请在 24 小时内打开其中的链接继续。
letter-reset-title = 请查收邮件
letter-reset-text = 如果 { $email } 已注册账号，我们已向其发送邮件。请在 1 小时内打开其中的链接设置新密码。
letter-invitation-title = 邀请已发送
letter-invitation-text = 我们已向 { $email } 发送邮件，其中的链接 7 天内有效。
letter-missing = 几分钟后仍未收到？请查看垃圾邮件文件夹，检查邮箱是否有误，然后重新获取。
letter-spooled = 本站没有配置邮件服务器，邮件已存入待发文件夹。请联系运维人员转交。
letter-trial-title = 本机试用
letter-trial-text = 本站运行在这台电脑上，没有邮件服务器，因此直接在此显示邮件内容。
letter-trial-none = 该邮箱没有账号，因此没有生成邮件。（正式部署时，此页面不会透露这一点。）
letter-limited-title = 邮件请求过于频繁
letter-limited = 邮件请求次数过多，请于 { $until } 之后再试。在此之前，请查看收件箱和垃圾邮件文件夹，最近一封邮件中的链接仍然有效。

dead-link-title = 链接已失效
dead-link-text = 邮件中的链接只能使用一次，且有时间限制；新链接发出后，旧链接随即失效。如果你已经用过此链接，则无需再操作。
dead-link-sign-in = 登录。如果邮箱尚未确认，登录时会重新发送链接。
dead-link-reset = 获取设置新密码的链接

forgot-title = 重置密码
forgot-text = 请输入注册时使用的邮箱，我们会发送设置新密码的链接。
forgot-button = 发送链接
reset-title = 设置新密码
reset-text = 将为 { $email } 设置新密码，并退出其他所有会话。
reset-button = 设置密码

link-title = 通过一次性链接登录
link-text = 此链接将以 { $name } 的身份登录，只能使用一次。
link-button = 登录
set-up-title = 设置账号
set-up-text = 请设置密码，以便下次登录。
set-up-email = 你的邮箱是 { $email }。
set-up-email-hint = 用于登录和接收邮件。
set-up-button = 保存并继续

## Notices after an action
notice-saved = 已保存。
notice-welcome = 欢迎，账号已可使用。
notice-signed-out = 已退出登录。
notice-password-changed = 密码已修改，其他会话均已退出。
notice-certificate-name = 证书姓名已确认。
notice-session-ended = 该会话已退出。
notice-sessions-ended = 其他会话均已退出。
notice-token-revoked = 令牌已撤销，使用它的程序将不能再访问。
notice-account-deleted = 账号已删除，你已退出登录。

## Settings
settings-title = 设置
settings-profile = 个人资料
settings-profile-title = 个人资料
settings-certificate-name = 证书姓名
settings-password = 密码
settings-password-title = 修改密码
settings-password-text = 修改密码后，其他浏览器中的会话将全部退出。API 令牌不受影响，需另行撤销。
settings-password-button = 修改密码
settings-sessions = 会话
settings-sessions-title = 登录会话
settings-sessions-text = 以下是你已登录的浏览器。如有不认识的，请将其退出，然后修改密码。
settings-tokens = API 令牌
settings-tokens-title = API 令牌
settings-tokens-text = 令牌让你的程序以你的身份调用 API：查看成绩或提交模型。建议每个程序使用单独的令牌，以便单独撤销。
settings-data = 我的数据
settings-data-title = 我的数据

certificate-name-title = 证书姓名
certificate-name-text = 此姓名会写入你获得的证书并经过签名，所有核验证书的人都能看到。请与身份证件上的姓名保持一致。已签发的证书不会随之更改。
certificate-name-current = 已确认的姓名：{ $name }
certificate-name-none = 你还没有确认姓名。确认之前不会签发证书。
certificate-name-hint = 2 至 80 个字符，例如“王芳”或“Ada Lovelace”
certificate-name-confirm = 这是我本人的姓名，可以显示在我的证书上。
certificate-name-button = 确认姓名
certificate-name-invalid = 请输入 2 至 80 个字符的姓名，且至少包含一个文字。
certificate-name-unconfirmed = 请勾选，确认这是你本人的姓名。

session-browser = 浏览器
session-since = 登录时间
session-seen = 最近使用
session-until = 到期日
session-action = 操作
session-this = 当前浏览器
session-unnamed = 未知浏览器
session-end = 退出
session-end-others = 退出其他所有会话

token-name = 名称
token-name-hint = 说明用途，例如“笔记本电脑”或“GitHub Actions”
token-name-invalid = 请输入 1 至 80 个字符的名称。
token-scopes = 权限范围
token-scope-missing = 请至少选择一项权限。
scope-read = read：查看练习，以及你自己的提交记录和成绩
scope-submit = submit：以你的身份提交模型
token-life = 有效期
token-life-invalid = 请选择 30、90 或 365 天。
token-days = { $days } 天
token-new = 新建令牌
token-button = 创建令牌
token-too-many = 有效令牌已达上限（{ $most } 个），请先撤销不再使用的令牌。
token-created = 令牌已创建
token-created-text = 请立即复制，并像密码一样妥善保管。令牌不会再次显示。
token-created-try = 试用：
token-made = 创建日期
token-used = 最近使用
token-never = 从未使用
token-state = 状态
token-until = { $date } 前有效
token-revoked = 已撤销
token-expired = 已过期
token-revoke = 撤销
tokens-none = 你还没有创建令牌。

data-download-title = 下载全部数据
data-download-text = 一个 JSON 文件，包含数据库中与你有关的全部内容：账号、会话、令牌、提交记录及成绩、测验记录、考试记录及答案、特殊安排、证书、发给你的邮件列表，以及审计日志中与你有关的条目。密码和令牌只以哈希形式保存，不包含在内。
data-download = 下载（JSON）
data-delete-text = 删除账号前，下一页会说明哪些内容会删除，哪些会保留。
data-delete = 前往删除账号
delete-title = 删除账号
delete-text = 此操作无法撤销。
delete-goes = 将被删除
delete-goes-account = 你的姓名、邮箱、密码和设置
delete-goes-access = 所有会话和 API 令牌
delete-goes-mail = 我们保存的所有发给你的邮件记录
delete-goes-files = 你提交的模型文件
delete-stays = 将会保留
delete-stays-submissions = 提交记录及成绩，不再关联你的姓名（目前 { $count } 条）。文件名和提交说明保持原样。
delete-stays-quizzes = 测验记录，不再关联你的姓名
delete-goes-exams = 考试记录中的网络地址，以及特殊安排
delete-stays-exams = 考试记录及其答案和成绩，不再关联你的姓名
delete-stays-certificates = 已签发的证书及其中的姓名（目前 { $count } 份），以便继续核验
delete-stays-audit = 审计日志中的条目，不再关联你的姓名
delete-download-first = 先下载我的数据
delete-password-hint = 用于确认是你本人
delete-button = 删除账号
delete-keep = 保留账号

## Administration
people-title = 人员
people-search = 姓名或邮箱包含
people-search-button = 搜索
people-none = 没有符合条件的人员。
people-all = 显示全部
people-count = 共 { $count } 个账号
people-pages = 分页
people-page-previous = 上一页
people-page-next = 下一页
people-page-of = 第 { $page } 页，共 { $pages } 页
person-state = 状态
person-active = 正常
person-unconfirmed = 邮箱未确认
person-confirmed = 邮箱确认时间
person-since = 账号创建时间
person-suspended = 已停用
person-suspended-since = 自 { $date } 起停用
person-suspension = 停用账号
person-suspend = 停用
person-suspend-text = 停用后立即退出所有会话，并拒绝登录和 API 令牌。数据不会删除，可随时恢复。
person-unsuspend = 恢复使用
person-unsuspend-text = 恢复后可重新登录，未过期的 API 令牌也会恢复使用。
role-learner = 学员
role-instructor = 讲师
role-admin = 管理员
role-hint = 讲师还可以查看自己授课的班级；管理员还负责管理本站。
last-admin = 这是最后一位管理员。请先将其他人设为管理员。
invite-title = 邀请人员
invite-text = 账号会立即创建。对方将收到邮件，通过其中的链接登录并设置密码。
invite-button = 发送邀请

## Mail
mail-confirm-subject = 请确认你在 { $site } 的邮箱
mail-confirm-body =
    { $name }，你好：

    有人（很可能是你）使用此邮箱注册了 { $site }。
    请在 24 小时内打开以下链接，确认邮箱属于你：

    { $link }

    打开后需要输入注册时设置的密码。如果你没有注册，请忽略此邮件；未经确认，该账号无法使用。
mail-known-subject = 你在 { $site } 已有账号
mail-known-body =
    { $name }，你好：

    有人（很可能是你）尝试使用此邮箱注册 { $site }。你已经有账号，请直接登录：

    { $link }

    如果忘记了密码，可以重新设置：

    { $reset }

    如果不是你本人操作，则无需处理。
mail-reset-subject = 设置 { $site } 的新密码
mail-reset-body =
    { $name }，你好：

    请在 1 小时内打开以下链接，为你在 { $site } 的账号设置新密码：

    { $link }

    如果不是你本人操作，请忽略此邮件，密码不会改变。
mail-password-changed-subject = 你在 { $site } 的密码已修改
mail-password-changed-body =
    { $name }，你好：

    你在 { $site } 的账号密码已修改，其他会话均已退出。

    如果不是你本人操作，请立即设置新密码，并告知管理员：

    { $reset }
mail-invitation-subject = { $site } 邀请你加入
mail-invitation-body =
    { $name }，你好：

    { $site } 的管理员为你创建了账号。请在 7 天内打开以下链接登录并设置密码：

    { $link }

    链接只能使用一次。如果你不需要此账号，请忽略此邮件。
mail-token-subject = { $site } 新建了 API 令牌
mail-token-body =
    { $name }，你好：

    你在 { $site } 的账号新建了 API 令牌“{ $token }”，{ $expires } 前有效。

    如果不是你本人操作，请撤销该令牌并修改密码：

    { $link }
