## The class of a course
class-title = Class: { $course }
class-unpublished = This course is not published yet, so nobody can take it. Publish it under Content; then make a class here.
class-none = There is no class yet. Make one, then fill it from a list or give out its code.
class-cohorts = Classes
class-save = Save
class-bad-time = "{ $text }" is not a time that exists in the zone of the class. Write it like 2026-12-01T18:00, and mind the hour that is skipped when clocks go forward.
cohort-name = Name
cohort-name-taken = Another class of this course has this name. Choose another one.
cohort-bad-name = A class needs a name of at most 200 characters, in one line.
cohort-bad-day = A day is written like 2026-12-01. Correct the first or last day, or leave it empty.
cohort-ends-first = The last day is before the first. Correct one of them.
cohort-zone = Time zone
cohort-zone-hint = Due dates are given in this zone, such as Asia/Shanghai.
cohort-starts = First day (optional)
cohort-ends = Last day (optional)
cohort-ends-hint = After this day nobody joins by code.
cohort-new = New class
cohort-create = Make the class
cohort-change = Name, zone and days
cohort-members = Members
cohort-invited = Invited
cohort-invited-hint = Nobody has confirmed these addresses yet. Whoever signs up with one and confirms it is in the class when they first open their home page.
cohort-uninvite = Give up the place
cohort-empty = Nobody is in this class yet.
cohort-joined = Since
cohort-due = Due dates
cohort-counts = Members: { $members }. Invited: { $invited }.
cohort-code = Join code
cohort-code-open = Whoever has this code may join:
cohort-code-none = Joining by code is closed. Make a code to open it.
cohort-code-closed = closed
cohort-code-make = Make a code
cohort-code-renew = Renew the code
cohort-code-close = Close joining by code

enrolment-title = Enrol a list
enrolment-list = E-mail addresses, one a line
enrolment-list-hint = A name and your own number for the learner may follow, separated by commas, semicolons or tabs. At most 5,000 rows.
enrolment-file = Or a CSV file
enrolment-file-hint = The same columns, with or without a header, in UTF-8; at most 1 MB.
enrolment-write = Write to addresses that nobody has an account with yet
enrolment-closed = Sign-up is closed here: people without an account join after an administrator has made one for them.
enrolment-try = Check the list
enrolment-trial = Check of the list
enrolment-trial-text = Nothing has been changed yet. This is what would become of each row.
enrolment-done = The list was carried out
enrolment-done-text = Done. This is what became of each row.
enrolment-carry-out = Enrol them
enrolment-cancel = Cancel
enrolment-back = Back to the class
enrolment-nothing = This list changes nothing.
enrolment-rows = Rows of the list
enrolment-line = Line
enrolment-outcome = Outcome
outcome-enrolled = enrolled
outcome-already-in = already in this class
outcome-in-another = in another class of the course; stays there until moved
outcome-invited = invited: nobody has this address yet; they join once they have confirmed it
outcome-already-invited = already invited
outcome-bad-address = not an e-mail address
outcome-twice = stands twice in the list
class-list-too-large = The list is larger than 1 MB. Split it into smaller files.
class-list-encoding = The list is in an encoding that we do not read. In your spreadsheet program choose "CSV UTF-8" when saving.
enrolment-encoding = The list was read as { $encoding }. If names below look wrong, save it as "CSV UTF-8" and try again.
class-list-binary = This is no text file. Export the table as CSV and choose that file.
class-list-empty = The list has no rows. Paste at least one address, or choose a file.
class-list-rows = The list has more than { $most } rows. Split it into smaller ones.
mail-class-subject = You are invited to the course { $course }
mail-class-body =
    You have a place in a class of the course "{ $course }" on { $site }.

    To take it, sign up with this address ({ $email }) and confirm it:
    { $link }

    If you do not want the place, you need not do anything.

dates-title = Due dates: { $cohort }
dates-zone = Times are in the zone { $zone }.
dates-rule = What is done at the due moment is on time. A day late is each begun 24 hours. Late work is accepted unless it has closed, and it always gets its full feedback. A quiz and an exercise count when they were handed in, an exam when it was begun. Leave the time empty for what is never due.
dates-at = Due
dates-late = If it is late
dates-free = it counts in full
dates-per-day = percent off for each begun day
dates-closed = it closes after so many days
dates-number = Percent, or days
dates-bad-rule = Give 1 to 100 percent a day, or 0 to 365 days after which it closes.
dates-authors = Authors and owners of the course set due dates.
item-quiz = Quiz
item-exercise = Exercise
item-exam = Exam
item-name = { $kind }: { $title }
due-title = Due dates
due-days = { $days ->
    [one] due { $time }, in { $days } day.
   *[other] due { $time }, in { $days } days.
}
due-hours = { $hours ->
    [one] due { $time }, in { $hours } hour.
   *[other] due { $time }, in { $hours } hours.
}
due-now = due { $time }, within the hour.
due-over = { $days ->
    [one] was due { $time }; { $days } day late now.
   *[other] was due { $time }; { $days } days late now.
}
due-closed = was due { $time } and has closed.
due-extended = your own extension
due-done = done
due-missing = not done
due-closed-exercise = This exercise closed for your class at { $time }, so the submission was not taken. If you have a reason, ask your teacher for an extension.
due-closed-quiz = This quiz closed for your class at { $time }. If you have a reason, ask your teacher for an extension.
due-closed-exam = This exam closed for your class at { $time }. If you have a reason, ask your teacher for an extension.
late-free = Late work counts in full.
late-per-day = Late work loses { $percent } % of its grade for each begun day.
late-closed = Late work counts in full and is taken until { $time }.
late-closed-at-once = Nothing is taken afterwards.

announcements-title = Announcements: { $course }
announcements-link = Announcements
announcement-for = For
announcement-everybody = Everybody in the course
announcement-en = In English
announcement-zh = In Chinese
announcement-hint = One language is enough; readers of the other see that one.
announcement-expires = Show until (optional)
announcement-expires-hint = In the zone { $zone }.
announcement-mail = Also send it by mail
announcement-make = Announce
announcement-made = Announcements so far
announcement-none = None yet.
announcement-shown = shown
announcement-hidden = no longer shown
announcement-until = until { $time }
announcement-change = Change
announcement-withdraw = Take back
announcement-dismiss = Put away
announcement-bad-text = Write something in at least one language, at most { $most } characters in each.
mail-announcement-subject = { $course }: announcement
mail-announcement-body =
    { $text }

    The course: { $link }
    You receive this from { $site } because you take the course.

join-title = Join a class
join-link = Join a class with a code
join-code = Join code
join-code-hint = Ten letters and digits that you were given. Capitals, spaces and hyphens do not matter.
join-look = Continue
join-found = This code is for the class "{ $cohort }" of the course "{ $course }". Your teachers will see your name, your address and your results in this course.
join-button = Join the class
join-unknown = No class has this code now. Check it for slips; it may also have been renewed or closed, so ask whoever gave it to you.
join-in-another = You are already in the class "{ $name }" of this course. Ask your teacher to move you.
join-too-many = Too many wrong codes. Try again after { $time }.
notice-joined = You are in the class.
