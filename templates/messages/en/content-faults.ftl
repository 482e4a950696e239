## Faults of authored content: banks, lessons, courses, exams, exercises. They follow a place: file, line, question.
fault-in-file = { $file }: { $fault }
fault-in-file-at-place = { $file }, { $place }: { $fault }
fault-at-place = { $place }: { $fault }
fault-place-within = { $outer }, { $inner }
fault-place-line = line { $line }
fault-place-field = { $field }
fault-place-item = item `{ $item }`
fault-place-module = module `{ $module }`
fault-place-part = part `{ $en }`
fault-place-section = section `{ $section }`
fault-place-summary = summary
fault-list-comma = {", "}
fault-words = { $words }
fault-unreadable = cannot be read: { $words }
fault-syntax = { $words }
fault-missing-field = missing field `{ $field }`
fault-unknown-field = unknown field `{ $field }`, expected one of { $expected }
fault-unknown-variant = unknown variant `{ $value }`, expected one of { $expected }
fault-title = `{ $field }` must be one line of at most { $most } characters
fault-long = `{ $field }` is longer than { $most } characters
fault-text-long = is longer than { $most } characters
fault-control = holds the control character { $code }, which no text needs
fault-not-a-slug = `{ $name }` is not a slug: use 1 to 64 lower-case letters, digits and single hyphens

## Questions
fault-id-twice = this id is used twice; ids are unique within a bank
fault-foreign-field = has `{ $field }`, which a question of kind `{ $kind }` cannot have; it has { $own }
fault-needs-field = needs `{ $field }`
fault-needs-truth = needs `answer = true` or `answer = false`
fault-needs-tolerance = needs `tolerance = {"{"} absolute = … {"}"}` or `tolerance = {"{"} relative = … {"}"}`
fault-numbered = number { $number }: { $fault }
fault-answer = `answer`: { $fault }
fault-answer-number = `answer` must be a number or a formula in quotes
fault-answer-shape = `answer` must be true, false, a number or a formula in quotes
fault-mistake-answer = a mistake of a number has `answer`, not `accepted`
fault-mistake-accepted = a mistake of a text has `accepted`, not `answer`
fault-blank-shape = a blank has `options` and the place of the right one from 0 as `answer`, or `accepted`, or a formula as `answer` and a `tolerance`
fault-tags = `tags` must name at least one skill, each in lower-case letters, digits and hyphens
fault-source = `source` is empty; say where the facts come from
fault-why = needs `why.en` and `why.zh`: the reason of the right answer
fault-empty-text = { $part } is empty in `{ $lang }`
fault-single-right = is of kind `single` and has { $right } right options; it needs exactly 1
fault-multiple-right = is of kind `multiple`; it needs at least one right and one wrong option
fault-count-options = has { $has } options; it needs { $least } to { $most }
fault-count-entries = has { $has } entries; it needs { $least } to { $most }
fault-count-pairs = has { $has } pairs; it needs { $least } to { $most }
fault-count-extra = has { $has } extra rights; it needs { $least } to { $most }
fault-count-blanks = has { $has } blanks; it needs { $least } to { $most }
fault-tolerance = `tolerance` is { $size }; it must be 0 or more
fault-units-none = has `other_units` but no `unit`; name the unit of the key
fault-unit-name = a unit is empty or begins like a number; write it as candidates would
fault-unit-again = `other_units` names the `unit` again
fault-unit-factor = `other_units`: `{ $name }` is { $factor }; its size in the unit of the key must be above 0
fault-forms = { $what } must list at least one form, and none that is empty
fault-form-right = { $what } holds `{ $form }`, which is right
fault-what-accepted = `accepted`
fault-what-mistake-accepted = mistake { $number }, `accepted`
fault-blank = blank { $number }: { $fault }
fault-blank-missing = stem has no `[{ $number }]` in `{ $lang }`, where blank { $number } belongs
fault-blank-answer = `answer` is { $answer }; it counts the options from 0

## Parts of questions
fault-part-stem = stem
fault-part-why = why
fault-part-option-text = option { $number }, text
fault-part-option-why = option { $number }, why
fault-part-mistake-why = mistake { $number }, why
fault-part-entry = entry { $number }, text
fault-part-pair-left = pair { $number }, left
fault-part-pair-right = pair { $number }, right
fault-part-extra = extra { $number }
fault-part-blank-option = blank { $blank }, option { $number }
fault-part-blank-why = blank { $number }, why

## Numbers of questions
fault-number-name = `{ $name }` cannot name a number: take letters, digits and `_`, and no function's name
fault-number-twice = `{ $name }` is both a parameter and a value; rename one
fault-number-unknown = { $part } shows `{ $shown }` in `{ $lang }`, which is no parameter or value
fault-numbers-differ = stem shows { $english } in `en` and { $chinese } in `zh`; both must show the same numbers
fault-numbers-circular = values { $names } cannot be computed: they refer to each other or to what is no parameter or value
fault-numbers-unmet = `conditions` are met by none of { $tries } draws; widen the parameters or loosen the conditions
fault-where = { $fault } where { $numbers }
fault-parameter = parameter `{ $name }`: { $fault }
fault-parameter-shape = a parameter must be {"{"} from, to, step {"}"} or {"{"} one_of {"}"}
fault-parameter-none = `one_of` is empty; list at least two numbers
fault-parameter-finite = `one_of` may hold finite numbers only
fault-parameter-range = `from`, `to` and `step` must be finite numbers
fault-parameter-order = `from` must be below `to`, and `step` above 0
fault-parameter-steps = has more than a million steps; take larger ones
fault-mistake-right = mistake { $number } (`{ $formula }`) meets the key { $key }: it must differ by more than twice the tolerance
fault-raised = { $part } prints `{ $printed }` as an index or exponent in `{ $lang }`: write `{ $better }` there
fault-same-options = two options say the same in `{ $lang }`
fault-same-entries = two entries say the same in `{ $lang }`
fault-same-lefts = two left sides say the same in `{ $lang }`
fault-same-rights = two right sides say the same in `{ $lang }`

## Formulas of questions
fault-formula = `{ $formula }`, character { $at }: { $expected }
fault-formula-long = a formula has at most { $most } characters
fault-formula-end = an operator or the end is expected here
fault-formula-deep = nested more than { $most } deep
fault-formula-comparison = one of < <= > >= == != is expected here
fault-formula-bracket = `)` is expected here
fault-formula-operand = a number, a name or `(` is expected here
fault-formula-number = this is no number
fault-formula-function = there is no such function
fault-formula-call = `(` is expected after `{ $function }`
fault-formula-comma = `,` or `)` is expected here
fault-formula-arguments = `{ $function }` takes { $least } to { $most } arguments, not { $has }
fault-formula-unknown = `{ $name }` is no parameter or value
fault-formula-infinite = `{ $formula }` gives no finite number

## Papers
fault-draw-few = the bank has { $has } questions, families counted once; { $wanted } are to be drawn
fault-draw-item = item `{ $item }`: { $fault }
fault-section-bank = section `{ $section }`: there is no bank `{ $bank }`
fault-section-few = section `{ $section }`: needs { $wanted } { $rule }, its banks hold { $has }, families counted once
fault-section-together = section `{ $section }`: no paper was found in { $tries } tries; { $rule } ran out: the rules of this section, and families and questions that other sections draw too, leave too little together
fault-rule-questions = questions
fault-rule-tag = questions tagged `{ $tag }`
fault-rule-easy = easy questions
fault-rule-medium = medium questions
fault-rule-hard = hard questions

## Texts
fault-tex = the formula `{ $formula }`: { $fault }
fault-tex-long = is longer than { $most } bytes
fault-tex-set-up = the converter could not be set up
fault-diagram = the diagram cannot be drawn: { $fault }
fault-diagram-long = its source is longer than { $most } bytes
fault-diagram-none = it is no Mermaid diagram
fault-diagram-numbers = a diagram cannot show numbers that are drawn
fault-image = the image `{ $address }` cannot be shown: give an address on this site
fault-dollar = `{ $text }` is no formula: no space may follow the first `$` or stand before the last
fault-fragment = the link to `{ $address }` leads nowhere: no heading here has that id

## Courses
fault-slug-folder = is `{ $slug }`, but the folder is called `{ $folder }`; they must agree
fault-modules-none = a course needs at least one
fault-languages-none = name at least one of `en` and `zh`
fault-course-texts = `title`, `summary` and `level` need a text in `en` and in `zh`
fault-module-twice = this slug is used twice
fault-module-reserved = this slug is an address of its own; choose another
fault-module-folder = `folder` is `{ $folder }`; name a folder beside course.toml
fault-quiz-draw = `quiz.draw` is 0; a module is completed by its quiz, so it needs at least one question
fault-quiz-pass = `quiz.pass` is a share of the points, above 0 and up to 1
fault-quiz-few = has { $has } questions, but the quiz draws { $draw }; of a family only one counts
fault-no-lesson = module `{ $module }` has no lesson here: write en.md or zh.md
fault-certificate-module = `modules` names `{ $module }`, which is no module of this course
fault-certificate-exercise = `exercises` names `{ $exercise }`, but there is no exercises/{ $exercise }/exercise.toml
fault-certificate-foreign = `exercises` names `{ $exercise }`, which belongs to another course; who publishes this must be on the staff of that course
fault-certificate-none = demands nothing; name modules or exercises
fault-signatory = `signatory` needs a `name` and a `role` in `en` and in `zh`, each in one line of at most { $most } characters
fault-months = `valid_months` must be 1 to 120

## Exams
fault-exam-twice = `{ $slug }` is the slug of another exam, too
fault-exam-course = its course has no good name
fault-exam-id-twice = is the id of a question in another bank of this exam, too; changed keys are found by it
fault-most = `{ $field }` is at most { $most }
fault-exam-parts = an exam needs at least one
fault-exam-attempts = is 0; nobody could take the exam
fault-window-order = closes before it opens
fault-window-years = opens and closes in the years { $least } to { $most }
fault-window-short = is shorter than the { $minutes } minutes of the parts: nobody would have all of their time
fault-skills-twice = two are called `{ $name }`
fault-sections-twice = two sections are called `{ $name }`
fault-sections-none = needs at least one section
fault-part-minutes = `minutes` is 0
fault-part-pass = `pass` is a share of the points, above 0 and up to 1
fault-part-attempts = `attempts` is 0; nothing could be submitted
fault-part-mark = `mark` and `sealed_mark` must be finite numbers
fault-part-exercise = names the exercise `{ $exercise }`, but there is no exercises/{ $exercise }/exercise.toml
fault-section-draw = `draw` is 0
fault-section-pass = `pass` is a share of the points, 0 to 1
fault-section-points = points must be above 0 and at most { $most }
fault-section-bank-name = a bank is named by its file beside exam.toml, without `.toml`
fault-section-bank-twice = names the bank `{ $bank }` twice
fault-skill-untagged = skill `{ $skill }`: no question is tagged `{ $tag }`
fault-guess-longest = whoever chooses the longest option in `{ $lang }` scores { $score } % of the single-choice questions, where chance gives { $chance } %
fault-guess-third = whoever always chooses C in `{ $lang }` scores { $score } % of the single-choice questions, where chance gives { $chance } %
fault-guess-word = whoever chooses the option that repeats words of the question in `{ $lang }` scores { $score } % of the single-choice questions, where chance gives { $chance } %
fault-too-easy = only { $demanding } of { $items } questions need a calculation or the reading of an output; an exam that certifies needs { $least } %

## Exercises
fault-file-hash = its SHA-256 is { $found }, but exercise.toml says { $expected }
fault-file-large = is larger than { $most } MB; write shorter texts, and keep large files out of the starter
fault-file-missing = exercise.toml names it, but there is no such file
fault-range = { $field }: { $least } to { $most }
fault-exercise-folder = the folder's name is not a slug
fault-exercise-format = format = { $format } is unknown; this version of Assay reads format = 1
fault-exercise-texts = { $field } needs a text in both languages, `en` and `zh`
fault-exercise-attempts = attempts_per_day must be at least 1
fault-exercise-starter-twice = starter names a file twice
fault-exercise-starter-name = starter/{ $file } is no file name
fault-exercise-classes = a classification needs 2 to 10000 classes
fault-exercise-class-twice = task.classes names a class twice
fault-exercise-inputs = an exercise needs at least one input
fault-exercise-input-twice = two inputs have the same name
fault-exercise-output = an exercise has exactly one output
fault-exercise-output-classes = output { $name }: the shape must be ["N", { $columns }], the number of classes
fault-exercise-output-value = output { $name }: the shape must be ["N", 1], one value
fault-input-kind = input { $input }: kind is missing; it is image, vector, text or tokens
fault-input-batch = input { $input }: the shape must be ["N", then fixed sizes]
fault-input-image = input { $input }: an image has the shape ["N", height, width, channels]
fault-input-vector = input { $input }: a vector has the shape ["N", size]
fault-input-tokens = input { $input }: token ids have the shape ["N", length]
fault-input-text = input { $input }: a text has the shape ["N"]
fault-input-string = input { $input }: texts, and only texts, have the dtype string
fault-input-elements = input { $input }: a sample has 1 to 16777216 elements
fault-data-sha256 = { $file }: sha256 must be 64 lower-case hexadecimal digits
fault-data-path = { $file }: the path leaves the folder of exercises
fault-data-samples = { $file }: samples name their input, labels name none
fault-data-input = { $file }: there is no input `{ $input }`
fault-data-take = { $file }: take must be at least 1
fault-data-columns = { $file }: columns are named for .csv files and no others
fault-data-label-column = { $file }: labels are one column
fault-data-no-column = { $file }: columns names no column
fault-data-twice = two data files have the same role and input
fault-data-labels = no data file has the role hidden_labels
fault-data-hidden = input { $input }: no data file has the role hidden_samples
fault-example-right = { $file }: a right submission passes; its verdict is { $verdict }
fault-example-wrong = { $file }: a wrong submission must not pass
fault-mark-order = marks.distinction must lie between marks.pass and the best value
fault-mark-range = { $field } must lie between 0 and 1, or be a value of the metric
fault-metric = the metric { $metric } is not defined for this task
fault-variants-range = sealed: `{ $name }` must lie between 0 and { $most }
fault-variants = sealed: { $words }
fault-variants-kind = sealed: no input is of the kind that this family varies
fault-condition-bound = conditions: { $metric } has no bound
fault-condition-metric = conditions: { $metric } is neither a metric nor one of { $known }
fault-script-environments = script.environments names none
fault-script-names = script.environments: names, each once
fault-script-public = script: there is no public data to train on
fault-script-data-twice = script: two public data files have the same name
