exercises-title = Exercises
exercises-lead = Each exercise asks for a model and grades it on data you have not seen. Start with the first one: it takes two minutes and needs no training.
exercises-none = No exercise is on offer yet.
exercises-mark = Pass mark { $mark }
exercises-earns-nothing = This one shows the way; it counts towards nothing.
exercises-passed = Passed with { $score }
exercise-goal = Pass mark: { $pass }. You have { $attempts } attempts in any 24 hours.
exercise-distinction = Distinction: { $mark }.
exercise-interface = What your model takes and gives
exercise-tensor = Tensor
exercise-name = Name
exercise-shape = Shape
exercise-type = Type
exercise-input = Input
exercise-output = Output
exercise-names-free = The names are ours: a model with one input may call it anything. N is the batch.
exercise-layouts = Images may also be taken as [N, 784], [N, 28, 28] or [N, 1, 28, 28] in the exercise's own size, and as other number types; what was adapted is said in the result.
exercise-limit-file = Largest file
exercise-limit-time = Time to run
exercise-limit-memory = Memory
exercise-attempts = Attempts
exercise-attempts-per-day = { $n } in any 24 hours; files refused before they met the hidden data, and faults of ours, do not count
exercise-files = Files
exercise-public-data = public data, to learn from
seconds = { $n } seconds

submit-title = Submit a model
submit-sign-in = Sign in to submit
submit-file = ONNX file
submit-file-hint = One self-contained .onnx file of at most { $megabytes } MB.
submit-scale = Scale of the input
submit-scale-hint = What your model expects of the pixel values 0 to 255. It is never guessed.
submit-scale-default = The exercise's default (0 to 1)
submit-scale-unit = 0 to 1: x / 255
submit-scale-raw = 0 to 255: x as it is
submit-scale-signed = −1 to 1: x / 127.5 − 1
submit-scale-custom = Mean and standard deviation, given below
submit-mean-std-summary = My model was trained with mean and standard deviation
submit-mean-std = Mean and standard deviation
submit-mean-std-hint = Two numbers with a comma between them, applied after x / 255, such as 0.1307,0.3081. Choose "Mean and standard deviation" above as well.
submit-note = Note (optional)
submit-note-hint = So that you recognise this attempt later, for instance "3 convolutions, lr 1e-3".
submit-left = { $left } of { $allowed } attempts left in these 24 hours.
submit-none-left = You have used all { $allowed } attempts of these 24 hours. The next one is free at { $time }.
submit-button = Submit the model
submit-by-program = From a program
submit-by-program-hint = The same with curl; the token goes into the environment variable ASSAY_TOKEN.
submit-tokens-link = Create a token
submit-empty = The file is empty. Check that your export finished, and choose the file again.
submit-no-file = No file was chosen. Choose the .onnx file of your model and submit again.
submit-cut-off = The upload stopped before the file was complete, so nothing was kept and no attempt was used. Check your connection and submit again.
submit-too-large = The file is larger than the { $limit } MB that this exercise takes. Export without optimiser state, or quantise the model, and submit again. No attempt was used.
submit-two-at-once = Two of your uploads are still under way. Wait until one of them is finished, then submit again.
submit-uploads-limit = You have uploaded very often in the last hour. You can go on at { $time }.
submit-bad-scale = The scale is not one we know. Use unit, raw, signed, or a mean and a standard deviation such as 0.1307,0.3081.
submit-field-too-long = A field of the form is longer than 4,096 bytes. Shorten the note and submit again.
submit-field-not-text = A field of the form is not UTF-8 text. Submit the form again from the exercise's page.
submit-no-attempt-left = All { $allowed } attempts of the last 24 hours are used. The next one is free at { $time }.
submit-storage-full = Your submitted files take all the storage a person may use (2 GB). Ask an administrator to remove old ones.
submit-key-reused = This Idempotency-Key was already used for another file or other options. Use a new key for a new submission.
submit-bad-key = An Idempotency-Key has 1 to 200 visible ASCII characters.

submissions-title = My submissions
submissions-mine = My submissions
submissions-none = You have not submitted anything yet.
submissions-none-action = Submit the provided model and look at its result
submissions-none-here = No submission yet. Upload a model above, or copy the command for programs.
submissions-number = No.
submissions-exercise = Exercise
submissions-file = File
submissions-time = Received
submissions-result = Result
submissions-score = Score
submissions-in-progress = Being graded
submission-title = Submission { $number } to { $exercise }
submission-may-close = You can close this page; the grading goes on and the result stays here.
submission-refreshes = Without JavaScript this page reloads every 5 seconds until the result is there.
submission-buried = We could not grade this submission because of repeated faults on our side. It does not use an attempt. The operators see it and can start it again; you need to do nothing.
progress-received = Received
progress-queued = In the queue
progress-next = next in line
progress-ahead = { $n ->
    [one] one submission ahead
   *[other] { $n } submissions ahead
 }
progress-running = Running your model
progress-starting = starting
progress-samples = { $done } of { $total } images
progress-restarted = We restarted your run at { $time }. This does not use an attempt.
progress-scored = Scored
progress-buried = Stopped by a fault on our side

result-passed = Passed. { $score } of { $n } images correct. The pass mark is { $mark }.
result-distinction = Passed with distinction. { $score } of { $n } images correct. The mark for distinction is { $distinction }.
result-below = Below the mark. { $score } of { $n } images correct. The pass mark is { $mark }.
result-not-counted = This submission did not use an attempt.
result-diagnostic = What ONNX Runtime said
result-interval = 95 % interval for new images of this kind: { $low } to { $high } (Wilson).
result-bar-mark = pass mark { $mark }
result-close = This is close to the mark; on other images the same model could land on either side.
result-how-to-read = How to read this
result-how-to-read-text = The decision uses the exact score on the fixed hidden images. The interval says how far the score of the same model could be off on new images of the same kind: with 10,000 images, a true accuracy inside the interval would give a score like this one in 95 of 100 cases.
result-adapted = What we adapted
result-per-class = Per class
result-class = Class
result-precision = Precision
result-recall = Recall
result-images = Images
result-confused = Most confused
result-no-mistake = No image was misclassified.
result-pair = true { $actual } → predicted { $predicted }
result-image-count = { $n ->
    [one] 1 image
   *[other] { $n } images
 }
result-matrix = Confusion matrix
result-matrix-counts = Counts
result-matrix-rows = % of the true class
result-matrix-columns = % of the prediction
result-matrix-caption = Rows: true class. Columns: predicted class. n = { $n }
result-matrix-corner = true ↓ / predicted →
result-gallery = Misclassified images
result-gallery-count = { $n ->
    [0] No image was misclassified here.
    [one] One image, the surest mistake first.
   *[other] { $n } images, the surest mistakes first.
 }
result-gallery-all = Show all mistakes
result-image-alt = Test image { $index }, true { $actual }, predicted { $predicted }
result-image-caption = true { $actual } · predicted { $predicted }
result-sheet = The first 25 images
result-sheet-text = A look, not a measurement: 25 pictures say almost nothing about accuracy.
result-facts = To reproduce this result
result-file = File
result-scale = Scale applied
result-model = Model
result-model-size = { $nodes } nodes, { $parameters } stored numbers
result-exercise-version = Exercise version
result-grader = Grader
result-processor = Processor
result-times = Times
result-times-text = start { $start } ms · load { $load } ms · run { $run } ms · all { $total } ms
result-memory = Peak memory
result-received = Received
result-graded-at = Graded
result-again = Improve and submit again
result-json = The report as JSON
previous = Previous
next = Next

admin-title = Administration
admin-people = People
admin-people-text = Accounts, roles, suspension.
admin-certificates = Certificates
admin-certificates-text = Issued certificates, search, revocation.
jobs-title = Grading jobs
jobs-waiting = { $waiting } waiting, { $running } running.
jobs-buried = Buried jobs
jobs-buried-count = { $n ->
    [one] One job is buried
   *[other] { $n } jobs are buried
 }
jobs-none-buried = No job is buried.
jobs-not-buried = This job is not buried (any more), so there is nothing to retry.
jobs-submission = Submission
jobs-reason = Reason
jobs-runs = Runs
jobs-since = Since
jobs-retry = Retry
jobs-recent = Latest runs
jobs-no-runs = Nothing was graded yet.
jobs-worker = Worker
jobs-state = State
jobs-state-running = running
jobs-state-done = graded
jobs-state-failed = failed, our fault
jobs-state-lost = worker lost
jobs-started = Started
jobs-last-sign = Last sign of life
notice-job-retried = The job is in the queue again.
teach-title = Teaching
teach-text = Exercises and courses are folders of files. Check a folder on this server before you publish it; the check runs its right and wrong submissions:
teach-graded = Graded submissions
teach-people = People
teach-passed = People who passed
api-bad-query = The query of the address is not understood. Use wait, scale, note and name only, as /api/openapi.json describes.
page-of = Page { $page } of { $pages }
