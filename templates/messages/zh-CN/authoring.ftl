## Authoring in the browser
authoring-conflict = 内容已被他人修改
authoring-conflict-text = 你打开 { $path } 之后，另一位老师保存了新的版本。你的内容没有丢失：下面先列出现在保存的文本，再列出你的文本。请把需要保留的部分合并到你的文本中，然后保存。
authoring-conflict-theirs = 当前已保存的文本
authoring-conflict-mine = 你的文本
authoring-conflict-hint = 保存后将替换当前文本，之前的版本仍保留在历史记录中。
authoring-conflict-save = 保存我的文本
authoring-conflict-drop = 保留对方的，放弃我的
authoring-conflict-at = { $path } 已被他人修改。请返回并刷新页面后重试。
authoring-slug-taken = 名称“{ $slug }”已被使用，请换一个短名称。
authoring-bad-path = “{ $path }”不能作为课程或练习中的文件。请使用字母、数字、连字符和点，且不能含“..”。
authoring-faults = 目前无法发布：{ $faults }
authoring-untried = 参考解答尚未在本服务器上全部得到预期结果。请先运行，并修正不符之处。
authoring-text-too-long = 文本超过 { $limit } MB。请拆分，或以文件上传。
staff-last-owner = 课程至少需要一位负责人。请先指定另一位。
