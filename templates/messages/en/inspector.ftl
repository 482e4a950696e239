## What waits for an instructor
needs-title = Needs you
needs-reviews = { $name }: { $n ->
    [one] one request for a review waits for an answer.
   *[other] { $n } requests for a review wait for an answer.
}
needs-questions = { $name }: { $n ->
    [one] one question of a candidate waits for an answer.
   *[other] { $n } questions of candidates wait for an answer.
}

## The list of submissions
inspector-filter = Look for certain submissions
inspector-any = Any
inspector-from = Received from this day on
inspector-to = Received up to this day
inspector-for = Practice or exam
inspector-for-practice = Practice
inspector-for-exam = In an exam
inspector-in-exam = in an exam
inspector-under = Version that the result stands under
inspector-only = Of each learner
inspector-only-hint = Chosen among the submissions that fit the other fields.
inspector-only-all = All
inspector-only-best = Only the best
inspector-only-last = Only the last
inspector-clear = Show all
inspector-pick = Pick
inspector-nameless = deleted account
inspector-changed-result = changed since
inspector-asks = Asks for a review
inspector-try-picked = Grade the picked ones again, on trial
inspector-try-all = Grade all that fit again, on trial
inspector-pages = Pages of the list
inspector-older = Older submissions
inspector-version = { $version }, of { $time }
inspector-version-offered = { $version }, of { $time }, on offer

## Trials in the shadow
trial-new = Grade again, on trial: { $exercise }
trial-title = Trial: { $exercise }
trial-text = A trial grades submissions again against a version of the exercise, in the shadow: learners see nothing of it, no attempt is used, and no result changes until it is published.
trial-nothing = None of the submissions chosen has a result that could be graded again. Go back and pick others.
trial-too-many = A trial takes at most { $most } submissions. Look for fewer, and begin again.
trial-over = This trial was published or discarded before. Begin a new one.
trial-incomplete = This trial is not complete, so nothing was published. Wait until it has graded every submission, or begin a new one if it was stopped.
trial-unproven = This version was never on offer, and its reference solutions have not come out as expected on this server, so nothing was published. Run them on the exercise’s page with the draft as it is in this version.
trial-chosen = { $n ->
    [one] One submission is chosen.
   *[other] { $n } submissions are chosen.
} Those that are not graded yet are left out.
trial-version = Version to try
trial-version-hint = Where it asks the same of a model as the version that a result stands under, so that metric, marks or conditions differ at most, the stored predictions are scored again and nothing runs. Else the models are run again.
trial-rerun = Run every model again
trial-rerun-hint = For when the grader itself has changed. Of a script, the model that it left is run; it is not trained anew.
trial-begin = Begin the trial
trial-list = Trials
trial-made = Made
trial-done = Graded
trial-state-working = at work
trial-state-complete = complete
trial-state-cancelled = stopped
trial-state-discarded = discarded
trial-state-published = published
trial-mark = { $metric }, pass mark { $mark }
trial-rescored = { $n ->
    [one] One submission is scored again from its stored predictions, because only metric, marks or conditions differ.
   *[other] { $n } submissions are scored again from their stored predictions, because only metric, marks or conditions differ.
}
trial-reruns = { $n ->
    [one] One model is run again, behind everything that learners wait for
   *[other] { $n } models are run again, one at a time and behind everything that learners wait for
}: the version has other data, another contract or other limits, stored predictions are lacking, or a new run was asked for.
trial-progress = { $done } of { $all } graded.
trial-is-shadow = Nobody but instructors sees this. Nothing has changed.
trial-is-published = These results are published. Learners read the reason with their results.
trial-is-discarded = This trial was discarded. Nothing has changed.
trial-is-cancelled = This trial was stopped before it was complete. It can only be discarded.
trial-moves = Who would move
trial-count = { $move }: { $n }
trial-no-moves = No result would change so far.
trial-to-fail = From passed to not passed
trial-to-pass = From not passed to passed
trial-worse = On the same side of the mark, and worse
trial-other = On the same side of the mark, and otherwise
trial-fault = Could not be graded again, our fault
trial-waiting = Not graded again yet
trial-same = The same
trial-kept-decided = Stays: an instructor decided about it.
trial-kept-changed = Stays: it was changed after this trial began.
trial-kept-exam = Stays: it belongs to an exam whose marks are values of another metric.
trial-published-one = Published.
trial-submission = { $name }, #{ $number }
trial-submission-exam = { $name }, #{ $number }, in an exam
trial-hidden = { $n } more results would change and are not shown. Those that matter most come first.
trial-cancel = Stop
trial-cancel-hint = What has not begun does not begin.
trial-publish-title = Publish
trial-publish-text = { $n ->
    [0] No result would be replaced without being lowered.
    [one] One result will be replaced that does not get worse.
   *[other] { $n } results will be replaced that do not get worse.
} Those that come out the same stay as they are. Certificates that are earned by it are issued; none is taken away.
trial-publish-none = Every result stays as it is, so there is nothing to publish.
trial-lower = { $n ->
    [one] Also lower the one result that gets worse
   *[other] Also lower the { $n } results that get worse
}
trial-lower-hint = Otherwise these stay as they are. Certificates that were issued stay valid; revoke one by itself where that is needed.
trial-publish = Publish these results
trial-publish-author = An author or owner of the course can publish this.
trial-discard = Discard
trial-discard-hint = Nothing follows from it.
notice-trial-cancelled = The trial is stopped.
notice-trial-discarded = The trial is discarded. Nothing has changed.
notice-trial-published = The results are published.

## One submission
inspector-runs = Runs of the grader
inspector-no-runs = It has not been run.
inspector-run = Run
inspector-run-ended = Ended
inspector-run-fault = Fault of ours
inspector-decide = For instructors
inspector-decide-text = A decision takes the place of the grader's result, for progress and certificates too. The learner reads the reason.
inspector-decide-exam = In an exam the score counts, against the marks of the exam: give a score too.
inspector-decide-title = Decide about this result
inspector-decision = Decision
inspector-decision-none = None, the result stays
inspector-decision-pass = Passed
inspector-decision-fail = Not passed
inspector-score-percent = Score in percent
inspector-score-value = Score
inspector-score-hint = Leave it empty to keep the grader's score.
inspector-reason = Reason
inspector-reason-hint = Learners read it with their result. Up to 2,000 characters.
inspector-decide-send = Set the result
inspector-withdraw-title = Take the decision back
inspector-withdraw-hint = What the grader found last stands again. The learner reads the reason.
inspector-withdraw = Take it back
inspector-answer-title = Answer the request for a review
inspector-answer = Answer
inspector-answer-hint = The learner reads it. With a decision it is also its reason. Up to 2,000 characters.
inspector-answer-decision = Decision with the answer
inspector-answer-again = Also run the model again, on trial
inspector-answer-send = Answer
inspector-again-one = Grade this submission again, on trial
inspector-text-length = Write at least a few words, and at most { $most } characters.
inspector-own = This is your own submission, and nobody decides about their own. Ask a colleague.
inspector-ungraded = This submission has no result yet. Wait until it is graded.
inspector-score-needed = The grader gave this submission no score, and a pass needs one for the certificate. Enter a score too.
inspector-bad-score = The score is no value of the metric. Enter a number; a share is entered in percent, from 0 to 100.
inspector-undecided = No decision stands here that could be taken back. Load the page again.
inspector-changed = The result was changed meanwhile. Load the page again and look at it before you decide.
inspector-no-decision = No decision was chosen. Choose whether the submission passes.
inspector-no-request = No request waits for an answer here. Load the page again.
result-regraded = Graded again on { $time }, published by { $name }.
result-decided = Decided on { $time } by { $name }.
result-withdrawn = Decision taken back on { $time } by { $name }.
result-somebody = an instructor
result-moved = Before: { $before }. After: { $after }.
result-change-reason = Reason:
reason-decided_passed = An instructor decided that this submission passes.
reason-decided_failed = An instructor decided that this submission does not pass.

## Requests for a review
review-title = Ask for a review
review-waiting = Requests for a review
review-asked = Asked on { $time }:
review-answer = Answer:
review-waits = An instructor will answer here.
review-label = What should be looked at again, and why?
review-hint = An instructor reads it and answers here. Up to 2,000 characters.
review-send = Send
review-open = A request of yours is open already. An instructor will answer it here; you can ask again after that.
notice-review-sent = Your request was sent. The answer appears on this page.
