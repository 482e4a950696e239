courses-title = Courses
courses-lead = Read a module, pass its quiz, go on to the next. Reading is open to everyone; to take a quiz, sign in.
courses-none = No courses are published yet.
course-level = Level
course-time = Time
course-hours = { $count ->
    [one] about { $count } hour
   *[other] about { $count } hours
}
course-minutes = { $count ->
    [one] about { $count } minute
   *[other] about { $count } minutes
}
course-languages = Languages
course-lang-en = English
course-lang-zh = Chinese
course-certificate = Certificate
course-certificate-yes = Yes, on completion
course-certificate-no = No
course-modules = Modules
course-modules-count = { $count ->
    [one] { $count } module
   *[other] { $count } modules
}
course-open = Open the course
course-breadcrumbs = You are here
course-edition = Version { $edition }
course-progress = { $done } of { $all } modules completed
course-enrol = Enrol
course-enrol-hint = Enrolling is free and shows you where to go on. You can read every lesson without it.
course-sign-in = Sign in to enrol
course-read-first = Read the first lesson
course-start = Start: { $module }
course-resume = Continue: { $module }
course-all-complete = You have completed every module of this course.
course-your-certificate = See your certificate
course-outline = Outline
course-lesson-link = Lesson
course-exams = Exams
course-quiz-link = Quiz
module-state-completed = Completed
module-state-open = In progress
module-state-new = Not started
requirement-title = What you need for the certificate
requirement-intro = The certificate "{ $title }" is issued as soon as everything below is done. It is valid for { $months } months.
requirement-column = Requirement
requirement-rule-column = What counts
requirement-state-column = Your state
requirement-module = Quiz of the module { $module }
requirement-module-rule = { $draw ->
    [one] At least { $percent } of the points in an attempt of { $draw } question
   *[other] At least { $percent } of the points in an attempt of { $draw } questions
}
requirement-exercise = Exercise { $exercise }
requirement-exercise-rule = A graded submission that passes
requirement-email = Confirmed e-mail address
requirement-email-rule = You opened the link in the mail that we sent you
requirement-name = Your name for the certificate
requirement-name-rule = You confirmed it under Settings
requirement-met = Done
requirement-met-on = Done on { $date }
requirement-open = Still to do
requirement-sign-in = Sign in to see your own state.
requirement-statement = What the certificate says
notice-enrolled = You are enrolled. Begin with the first module, or go straight to a quiz.

lesson-contents = On this page
lesson-only-en = This lesson is only in English so far.
lesson-only-zh = This lesson is only in Chinese so far.
lesson-updated = Last changed on { $date }
lesson-rule = This module is complete when you pass its quiz: at least { $percent } of the points. Reading alone does not complete it.
lesson-complete = You completed this module on { $date }.
lesson-go-to-quiz = Go to the quiz
lesson-previous = Previous: { $module }
lesson-next = Next: { $module }
lesson-neighbours = Modules before and after
lesson-diagram-alt = Diagram; its source in words follows
lesson-diagram-source = The diagram in words (Mermaid source)

quiz-title = Quiz: { $module }
quiz-facts = About this quiz
quiz-questions = Questions
quiz-questions-drawn = { $draw }, drawn anew for every attempt from { $all }
quiz-pass-mark = Pass mark
quiz-pass-mark-value = { $percent } of the points
quiz-time = Time limit
quiz-time-none = None
quiz-attempts-allowed = Attempts
quiz-attempts-unlimited = As many as you like
quiz-marking = Marking
quiz-marking-rule = Each question is worth 1 point. One right option, true or false, a number, a text: all or nothing. Where several options can be right: each right option you tick earns an equal share of the point, each wrong one takes one such share away. Order: each pair of entries in the right order earns an equal share, each pair in the wrong order takes one away. Lines to match and gaps: each right one earns an equal share. A question never earns less than 0.
quiz-result-rule = You see the result at once, with the reason for every option. Passing completes the module.
quiz-start = Start the quiz
quiz-start-again = Start a new attempt
quiz-continue = Continue your open attempt
quiz-sign-in = Sign in to take the quiz
quiz-back = Back to the lesson
quiz-attempts = Your attempts
quiz-attempt-started = Started
quiz-attempt-points = Points
quiz-attempt-result = Result
quiz-attempt-open = Open
quiz-attempt-see = See the result
quiz-passed = Passed
quiz-not-passed = Not passed
quiz-points = { $points } of { $max }
quiz-question = Question { $number } of { $all }
quiz-one-right = Choose one option.
quiz-several-right = Choose every option that is right.
quiz-truth = Is the statement true or false?
quiz-true = True
quiz-false = False
quiz-number = Type a number, such as 0.75 or 1.5e-3.
quiz-number-unit = Type a number in { $unit }.
quiz-number-units = Type a number in { $unit }. You may write another unit after it: { $others }.
quiz-text = Type a word or a few words.
quiz-ordering = Give each entry its position; 1 comes first.
quiz-matching = Choose for each line the letter that belongs to it. A letter may be left over.
quiz-blanks = Fill in every gap. The numbers in brackets stand in the text.
quiz-unfinished = Question { $number } is not answered completely.
quiz-unreadable = Question { $number }: what you typed cannot be read as a number with a known unit.
quiz-your-answer = Your answer
quiz-right-answer = Right answer
quiz-part-right = Right
quiz-part-wrong = Wrong
quiz-part-open = Not answered
quiz-hand-in = Hand in
quiz-hand-in-hint = All questions need an answer before the quiz can be marked.
quiz-unanswered = Question { $number } is not answered. Choose an option.
quiz-kept = The answers you gave are kept.
quiz-error-prefix = Error: { $title }
quiz-verdict-passed = Passed. You reached { $points } of { $max } points ({ $percent }). The pass mark is { $mark }.
quiz-verdict-failed = Not passed. You reached { $points } of { $max } points ({ $percent }). The pass mark is { $mark }.
quiz-completed-module = The module { $module } is complete.
quiz-what-next = What to do next
quiz-next-module = Go on: { $module }
quiz-next-course = See what is left for the certificate
quiz-next-review = Read the reasons below, look again at the lesson, and take a new attempt. Its questions are drawn anew.
quiz-answers = Your answers
quiz-question-points = { $points } of { $max } points
quiz-choice-right = Your choice, right
quiz-choice-wrong = Your choice, wrong
quiz-choice-missed = Right, not chosen
quiz-choice-left = Wrong, not chosen
quiz-handed-in = Handed in on { $date }
