## A taught course
teaching-tabs = 课程管理
teaching-tab-content = 内容
teaching-tab-class = 班级
teaching-tab-gradebook = 成绩册
teaching-tab-analytics = 学情分析
teaching-tab-certificates = 证书
teaching-tab-staff = 教学团队
staff-viewer = 查看者
staff-grader = 评阅者
staff-author = 作者
staff-owner = 负责人
