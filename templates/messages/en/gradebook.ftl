## Grades of a course
gradebook-title = Gradebook: { $course }
gradebook-name = Name
gradebook-email = E-mail address
gradebook-external = School number
gradebook-class = Class
gradebook-all = All learners
gradebook-show = Show
gradebook-empty = Nobody takes this course here yet. Enrol a list, or give out a join code:
gradebook-caption = { $learners ->
    [one] { $learners } learner. What counts stands first; below it, what it was made of.
   *[other] { $learners } learners. What counts stands first; below it, what it was made of.
}
gradebook-weight = weight { $weight }
gradebook-total-column = Total
gradebook-raw-column = { $item }, best score
gradebook-counted-column = { $item }, counted
gradebook-legend = ✓ passed · * set by hand · – nothing handed in
gradebook-export = Download as CSV
gradebook-released = Learners see their totals since { $time }.
gradebook-not-released = Learners do not see their totals yet.
gradebook-release = Release the totals
gradebook-hide = Hide the totals again
gradebook-weights = Weights
gradebook-sum = The weights add up to { $sum }; an item's share of the total is its weight divided by that.
gradebook-rule = A quiz counts with the best share of its points; an exercise with its best score where that is a percentage, otherwise in full once it is passed; an exam with the mean of its parts in the best attempt. What is late is worth less by the rule of the class; of several tries the one counts that is worth most. A grade set by hand replaces them.
gradebook-missing = What has not been done
missing-excluded = What has not been done is left out of the total.
missing-zero = What has not been done counts as 0.
gradebook-bad-weights = Weights are whole numbers from 0 to 1,000, and at least one is above 0. Correct them and save again.
gradebook-authors = Authors and owners of the course set weights and release totals.
gradebook-log = Change log
gradebook-log-empty = Nothing has been changed yet.
log-time = When
log-by = By
log-what = What
log-reason = Reason
log-weights = Weights changed
log-adjust = Grade of { $person } set by hand
log-due = Due dates changed
log-extend = Extension for { $person }
log-released = Totals released
log-hidden = Totals hidden again
log-part = { $name }: { $before } → { $after }
log-due-per-day = { $time }, { $number } % off a day
log-due-closed = { $time }, closes after { $number } days
grade-passed = passed
grade-not-passed = not passed
grade-closed = scores are for the staff of the exercise’s course
grade-late = { $days ->
    [one] { $days } day late
   *[other] { $days } days late
}
grade-late-from = { $days ->
    [one] of { $raw }, { $days } day late
   *[other] of { $raw }, { $days } days late
}
grade-best-late = best { $raw }, but late
grade-adjusted = set by hand
grade-adjusted-from = set by hand; scored { $raw }
grades-title = Your grades: { $course }
grades-link = Your grades in this course
grades-caption = What counts of each item, and why
grades-item = Item
grades-due = Due
grades-grade = Grade
grades-weight = Weight
grades-hidden = not shown yet
grades-total = Your total is { $total }.
grades-not-released = Your total has not been released yet. Below is what each item brought so far.
grades-wait = Totals have been released. Yours waits until the scores of every exam below are shown.
learner-no-class = in no class
learner-since = Takes the course since
learner-progress = Progress
learner-items = Grades and due dates
learner-submissions = Submissions
learner-no-submissions = None to the exercises of this course.
learner-exams = Exam attempts
learner-no-exams = None at the exams of this course.
learner-class = Class
learner-move-to = Move to
learner-move = Move
learner-remove = Take out of the class
learner-remove-hint = They keep the course and everything they have done in it.
learner-reason-hint = The learner and the staff read it.
learner-no-reason = Give a reason of at most { $most } characters: the learner reads it.
learner-own = These are your own grades, and nobody decides about their own. Ask a colleague.
learner-bad-percent = A grade is a percentage from 0 to 100 with at most two decimals, such as 87.5. Leave it empty to take a grade set by hand back.
extension-title = Extension
extension-until = Until
extension-until-hint = In the zone { $zone }. Leave it empty to take an extension back.
extension-give = Give the extension
extension-list = Extensions
extension-taken-back = taken back
extension-not-due = This item has no due date for this learner, so there is nothing to extend. Put them into a class and set a due date first.
adjust-title = Set a grade by hand
adjust-percent = Grade in percent
adjust-percent-hint = Such as 87.5. Leave it empty to take a grade set by hand back.
adjust-set = Set the grade
analytics-title = Analytics: { $course }
analytics-few = This appears once { $fewest } learners take part ({ $learners } now): of fewer it would show single people.
analytics-scores = Distribution of scores
analytics-graded = { $graded } of { $learners } learners have a grade here.
analytics-mark = The line is the pass mark, { $mark }.
analytics-reached = { $passed ->
    [one] { $passed } learner reached it.
   *[other] { $passed } learners reached it.
}
analytics-table = The same in numbers; each row holds its lower end, the last one both
analytics-people = Learners
analytics-bar = { $from }–{ $to } %
funnel-title = How far the class has come
funnel-caption = Of { $learners } learners
funnel-module = Module
funnel-opened = Opened the lesson
funnel-tried = Handed in the quiz
funnel-completed = Completed
risk-title = Who may need help
risk-intro = A learner is listed who matches at least one part of this rule:
risk-rule-idle = no work in the course for { $days } days or more, and an item due within the next { $soon } days that is not done
risk-rule-late = { $items } items or more that were not handed in when they were due
risk-rule-failing = the last { $runs } submissions to one exercise all failed
risk-nobody = Nobody matches the rule now.
risk-why = Why
risk-idle = no work for { $days } days; due next: { $item }
risk-late = { $items } items late or missing
risk-failing = the last { $runs } submissions failed: { $item }
