//! Courses, modules, quizzes and a learner's progress through them.
