## Uploaded data: why files were not taken
intake-no-files = No file was uploaded. Choose one table, one NPZ file, one ZIP archive of images, or two files with samples and labels.
intake-too-many-files = { $found } files were uploaded. Choose one file, or two: one with the samples and one with the labels.
intake-unreadable = { $file } could not be read: { $detail }. Upload it again.
intake-unknown-format = { $file } is in no format that is read here. Upload CSV, Parquet, NPY, NPZ or IDX, or a ZIP archive of PNG, JPEG or BMP images in one folder for each class.
intake-no-pair = { $first } and { $second } are not a file with samples and one with labels. Upload two IDX or NPY files, of which the one with labels has one number for each sample and "labels" in its name; any other format is uploaded as one file.
intake-no-labels = { $file } has samples but no labels. Add a file with the labels; a table has them in a column of its own.
intake-no-samples = { $file } has no samples. Check that it is the right file and that it was saved whole.
intake-counts = There are { $samples } samples and { $labels } labels. Each sample needs exactly one label, in the same order.
intake-too-many-samples = { $file } has { $found } samples or more, and at most { $limit } are taken. Leave some out, for example by drawing at random.
intake-too-many-columns = { $file } has { $found } columns, and at most { $limit } are taken. Leave out the columns that are not used, or save the numbers as an NPZ file.
intake-too-many-numbers = { $file } holds numbers of more than { $limit } MiB as they are kept. Use fewer samples, smaller images or fewer columns.
intake-too-much-text = { $file } holds texts of more than { $limit } MB. Use fewer or shorter texts.
intake-damaged = { $file } is damaged, or not what its first bytes say. Save it again and upload it anew.
intake-truncated = { $file } says in its header that { $expected } bytes follow, but only { $found } do. It was cut off: save it again and upload it anew.
intake-goes-on = { $file } goes on after the { $expected } bytes that its header declares. Save it again and upload it anew.
intake-archive-entries = The archive { $file } has more than { $limit } entries, or says so. Put fewer images into it, and pack them with an ordinary ZIP program.
intake-archive-empty = The archive { $file } holds no images. Put them into one folder for each class, and the folders into the archive.
intake-entry-name = The archive { $file } has an entry with a name that is not accepted: { $entry }. A name is in UTF-8 and has no "..", no backslash, no colon and no slash at its beginning; rename it and pack the archive anew.
intake-entry-link = The archive { $file } holds a link: { $entry }. Put the image itself in its place.
intake-entry-encrypted = The archive { $file } has an encrypted entry: { $entry }. Pack it without a password.
intake-entry-damaged = In the archive { $file }, the entry { $entry } is damaged or compressed in an unusual way. Check that it opens on your machine, and pack the archive with an ordinary ZIP program.
intake-entry-bomb = In the archive { $file }, the entry { $entry } unpacks to more than is allowed. Leave it out.
intake-entry-place = In the archive { $file }, { $entry } does not lie in the folder of a class. Put each image, and nothing else, into a folder named after its class, such as cat/001.png; around these folders there may be one more. If you have a folder for training and one for testing, choose "Divided already" and upload an archive of each.
intake-entry-no-image = In the archive { $file }, { $entry } is not a PNG, JPEG or BMP image. Convert it or leave it out.
intake-image-too-large = In the archive { $file }, the image { $entry } has { $width } × { $height } pixels; a side has 1 to { $limit } pixels. Make it smaller.
intake-image-memory = In the archive { $file }, the image { $entry } needs too much memory to be opened. Make it smaller, or save it with 8 bits a channel.
intake-image-size = In the archive { $file }, the image { $entry } has { $width } × { $height } pixels, but the first one has { $wanted }. Bring all images to one size.
intake-image-colours = In the archive { $file }, the image { $entry } is { $found ->
    [grey] grey, but the first one is in colour
   *[colour] in colour, but the first one is grey
 }. Convert all images to grey, or all to RGB.
intake-no-array = { $file } has no array { $wanted }; it has: { $found }. Name the arrays of samples and of labels in the form, or save them as x and y.
intake-pickle = { $file } is an array of Python objects, which is never opened. Save an array of numbers, for example with array.astype("float64").
intake-array-type = { $file } holds values of type { $found }, which is not read. Save it as uint8, int64, float32 or float64.
intake-array-shape = { $file } has the shape { $shape }, which does not fit what the samples are. Images have (n, height, width) or (n, height, width, 1 or 3), vectors and token ids (n, length); no size is 0.
intake-array-number = { $file }: in sample { $sample }, element { $element } is { $value }. Replace or leave out what is missing or infinite.
intake-not-utf8 = { $file } is not in UTF-8, first in line { $line }. Save it as UTF-8; in Excel this is "CSV UTF-8".
intake-no-header = { $file } begins with data. Put a line with the names of the columns before the first row.
intake-no-column = { $file } has no column { $column }; it has: { $found }. Check how the name is written, capitals and spaces included.
intake-two-columns = In { $file } the column { $column } is there twice. Give each column a name of its own, and name it once.
intake-label-as-feature = In { $file } the column { $column } is the label and a feature as well. Take it out of the features.
intake-long-row = { $file }: row { $row } is longer than { $limit } MB. A quotation mark may be missing; check the row.
intake-row-length = { $file }: row { $row } has { $found } cells, but the header has { $expected }. A cell with a comma or a line break in it stands in quotation marks.
intake-empty-cell = { $file }: row { $row }, column { $column } is empty. Fill it in, or leave out the row or the column.
intake-not-a-number = { $file }: row { $row }, column { $column } is "{ $value }" and not a number that can be used. Correct it, write decimals with a point, or leave the column out of the features.
intake-column-type = { $file }: the column { $column } holds { $found ->
    [lists] lists or nested values
    [bytes] bytes
    [decimals] decimal numbers of fixed precision
   *[times] dates or times
 }. Save it as numbers, truth values or texts, or leave it out.
intake-compression = { $file } is compressed with { $found }. Save it with Snappy or uncompressed: in pandas, to_parquet(path, compression="snappy").
intake-label-shape = { $file }: a sample has { $each } labels. Save one label for each sample; of one-hot labels, labels.argmax(axis=1).
intake-label-fraction = { $file }: the label of sample { $row } is { $value }. The classes of a classification are names or whole numbers; for other numbers choose regression.
intake-label-no-number = { $file }: the label of sample { $row } is "{ $value }" and not a number. A regression needs numbers; for names choose classification.
intake-label-empty = { $file }: sample { $row } has no label. Fill it in or leave the sample out.
intake-one-class = { $file }: every sample is of the class { $class }. A classification needs at least two; check which column is the label.
intake-too-many-classes = { $file } has { $found } classes, and at most { $limit } are taken. Check which column is the label, and whether the task is a regression.
intake-class-names = There are { $found } names for { $wanted } classes. Give each class one name.
intake-mixed-names = In the { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part every class that occurs is a number, although other classes have names. Rename the classes that are numbers.
intake-kind = { $file } does not hold { $kind ->
    [text] one column of texts. Choose the one column with the texts, or another kind of samples.
   *[number] numbers. Choose the columns with numbers, or texts as the kind of samples.
 }
intake-pixels = { $file }: sample { $sample } has a pixel of { $value }. Pixels are whole numbers from 0 to 255; from values between 0 and 1 make them with (x * 255).round().astype("uint8").
intake-tokens = { $file }: sample { $sample } has the token id { $value }. Token ids are whole numbers from 0 on.
intake-texts-are-numbers = { $file }: all texts are numbers. Choose vectors as the kind of samples, or another column.
intake-long-text = { $file }: text { $row } is longer than { $limit } kB. Shorten it.
intake-bad-shares = Each share is 0 % or more, together they are 100 %, and the hidden part has some of it.
intake-empty-part = The { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part would have no sample. Give it a larger share, or upload more samples.

## Uploaded data: what to look at
intake-finding-shape = The { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part has samples of another kind, shape or set of columns than the hidden part. Upload both in the same form.
intake-finding-few = The hidden part has { $count } samples only, so that a score is a rough guess: chance alone moves it by several points. 100 are few, 1,000 are good.
intake-finding-label = In the { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part, the label of sample { $row } is "{ $label }", which is none of the classes. Correct the label or the list of classes.
intake-finding-ambiguous = In the { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part the labels are whole numbers that are names of classes and positions of others. Number the classes from 0 on, or give them names with letters.
intake-finding-missing-hidden = Classes without a sample in the hidden part ({ $count }): { $classes }. What is not there cannot be graded: add samples or take the class out.
intake-finding-missing = Classes without a sample in the { $part ->
    [public] public
   *[private] private
 } part ({ $count }): { $classes }. { $part ->
    [public] Learners cannot learn what they are not shown.
   *[private] The sealed evaluation says nothing about them.
 }
intake-finding-balance = In the { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part the class { $largest } has { $most } samples and { $smallest } only { $least }. A model that always answers { $largest } is right on { $share } %: choose balanced accuracy or the macro F1 score, or set the mark well above.
intake-finding-copies = { $count } of the { $samples } samples of the { $part ->
    [hidden] hidden
   *[private] private
 } part are in the { $other ->
    [public] public
   *[hidden] hidden
 } part too; the first is sample { $first }, the same as sample { $place }. Such samples test memory: take them out of one part.
intake-finding-near = { $count } of the { $samples } samples of the { $part ->
    [hidden] hidden
   *[private] private
 } part are nearly the same as one of the { $other ->
    [public] public
   *[hidden] hidden
 } part; the first is sample { $first }, near sample { $place }. Look at them, and take out what is a copy.
intake-finding-near-skipped = The { $part ->
    [hidden] hidden
   *[private] private
 } part was not compared with the { $other ->
    [public] public
   *[hidden] hidden
 } part for samples that are nearly the same: there are too many. Exact copies were looked for.
intake-finding-repeated = In the hidden part { $count } of the { $samples } samples are there once more; the first are the samples { $first } and { $second }. They count double: leave out the copies unless they are meant.
intake-finding-not-finite = In the { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part, sample { $row } has a number that is missing or infinite. Replace it or leave the sample out.
intake-finding-constant = Columns with the same value in every row ({ $count }): { $columns }. Nothing is learnt from that: leave them out, or check how they were made.
intake-finding-all-equal = All images are the same. Check how the archive was made.
intake-finding-nameless = The names of the columns are numbers: { $columns }. The first line of the file was probably a sample: write the names of the columns above it and upload the file again.
intake-finding-unreadable = { $file } cannot be read as data: { $message }. Upload the data again, or mend the file and import it once more.
intake-finding-row-numbers = The column { $column } numbers the rows. Leave it out: a model may learn the order of the file from it.
intake-finding-few-values = In the { $part ->
    [public] public
    [hidden] hidden
   *[private] private
 } part the values to predict are only { $count } different numbers. If they are classes, choose classification.
intake-finding-leak = Columns that give the label away ({ $count }): { $columns }. From each of them alone the label can be computed without a mistake: take them out of the features.
