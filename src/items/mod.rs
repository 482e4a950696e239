//! Questions of every kind, their banks, drawing and marking; quizzes and exams use the same items.
