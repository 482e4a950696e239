## Authoring in the browser
authoring-conflict = Somebody else changed this meanwhile
authoring-conflict-text = Since you opened { $path }, somebody else has saved it. Nothing is lost: their text is below, and yours is in the field under it. Bring into your text what you want to keep of theirs, and save it.
authoring-conflict-theirs = What is saved now
authoring-conflict-mine = Your text
authoring-conflict-hint = Saving replaces what is saved now. The earlier states stay in the history.
authoring-conflict-save = Save my text
authoring-conflict-drop = Keep theirs, drop mine
authoring-conflict-at = { $path } was changed by somebody else meanwhile. Go back, reload the page and try again.
authoring-slug-taken = There is something called “{ $slug }” already. Choose another short name.
authoring-bad-path = “{ $path }” cannot be a file of a course or an exercise. Use letters, digits, hyphens and full stops, without “..”.
authoring-faults = This cannot be published as it is: { $faults }
authoring-untried = The reference solutions have not all come out as expected on this server. Run them first, and mend what differs.
authoring-text-too-long = The text is longer than { $limit } MB. Split it, or upload it as a file.
staff-last-owner = A course needs an owner. Make somebody else one first.
