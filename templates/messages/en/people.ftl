## Fields that several forms have
field-email = E-mail address
field-name = Name
field-name-hint = Shown to you and to your teachers. The name on certificates is asked for separately.
field-password = Password
field-password-hint = At least 10 characters. Several words in a row are easy to remember and hard to guess.
field-old-password = Present password
field-new-password = New password
field-lang = Language
field-role = Role
field-time-zone = Time zone
field-time-zone-hint = For example Asia/Shanghai. Leave it empty to use the zone of your browser.
save = Save
breadcrumbs = You are here

email-invalid = Enter an e-mail address like name@example.org.
email-taken = There is an account with this address already.
name-invalid = Enter a name of 1 to 80 characters.
time-zone-invalid = Choose a time zone from the list or enter a name like Asia/Shanghai, or leave the field empty.
password-too-short = Use at least 10 characters.
password-too-long = Use at most 200 characters.
password-personal = Choose a password that is not your e-mail address or your name.
password-repeated = Choose a password that is more than one character repeated.
password-wrong = This is not your present password. Check the keyboard layout and the Caps Lock key, and enter it again.

## Sign in
sign-in-title = Sign in
sign-in-button = Sign in
sign-in-forgot = Forgot your password?
sign-in-new = New here?
sign-in-wrong = The e-mail address or the password is wrong. Check both and try again, or reset your password.
sign-in-suspended = This account has been suspended. Ask an administrator of this site why, and to open it again.
sign-in-limited = Too many failed attempts. You can try again at { $until }. If you have forgotten your password, you can reset it now.

## Sign up
sign-up-title = Sign up
sign-up-lead = An account keeps your progress, submissions and certificates.
sign-up-email-hint = We send a link there to confirm that it is yours.
sign-up-button = Create account
sign-up-known = Have an account already?
sign-up-closed-title = Sign-up is not open
sign-up-closed = Accounts on this site are made by its administrators. Ask one of them if you need one.
sign-up-by-invitation = Sign-up on this site is by invitation. Ask an administrator to invite you; the invitation comes by e-mail.

confirm-title = Confirm your e-mail address
confirm-text = To confirm that { $email } is your address, enter the password that you chose when you signed up.
confirm-hint = We ask because only you know it: this way nobody can make you confirm an account that is not yours.
confirm-button = Confirm
confirm-wrong = This is not the password chosen at sign-up. Enter it again, or reset it; a reset confirms the address too.

## After a mail was asked for
letter-confirm-title = Check your mail
letter-confirm-text = We have written to { $email }. Open the link in the message within 24 hours to go on.
letter-reset-title = Check your mail
letter-reset-text = If there is an account with the address { $email }, we have written to it. Open the link in the message within one hour to set a new password.
letter-invitation-title = Invitation sent
letter-invitation-text = We have written to { $email }. The link in the message works for 7 days.
letter-missing = Nothing arrived after a few minutes? Look in the spam folder, check the address for slips, then ask again.
letter-spooled = This installation has no mail server, so the message waits in its mail folder. Ask the operator to pass it on to you.
letter-trial-title = A trial on this computer
letter-trial-text = This installation runs on this computer and has no mail server, so the page shows you the message itself.
letter-trial-none = There is no account with this address, so no message was written. (Elsewhere this page does not tell.)
letter-limited-title = Too many messages
letter-limited = Too many messages were asked for. You can ask for another at { $until }. Until then, look in your mail and its spam folder: the newest link still works.

dead-link-title = This link no longer works
dead-link-text = Links from our messages work once and for a limited time, and a newer one replaces an older one. If you have used this link already, you are done.
dead-link-sign-in = Sign in. If your address is not confirmed yet, this sends you a new link.
dead-link-reset = Get a link to set a new password

forgot-title = Reset your password
forgot-text = Enter the address you signed up with. We will send you a link to set a new password.
forgot-button = Send link
reset-title = Set a new password
reset-text = This sets the password for { $email } and ends all other sessions.
reset-button = Set password

link-title = Sign in with a one-time link
link-text = This link signs you in as { $name }. It works once.
link-button = Sign in
set-up-title = Set up your account
set-up-text = Choose a password, so that you can sign in again.
set-up-email = Your address is { $email }.
set-up-email-hint = You sign in with it, and mail to you goes there.
set-up-button = Save and go on

## Notices after an action
notice-saved = Saved.
notice-welcome = Welcome. Your account is ready.
notice-signed-out = You have signed out.
notice-password-changed = Your password has been changed. All other sessions have ended.
notice-certificate-name = The name for your certificates is confirmed.
notice-session-ended = The session has ended.
notice-sessions-ended = All other sessions have ended.
notice-token-revoked = The token has been revoked. Programs that use it are refused from now on.
notice-account-deleted = Your account has been deleted, and you are signed out.

## Settings
settings-title = Settings
settings-profile = Profile
settings-profile-title = Profile
settings-certificate-name = Certificate name
settings-password = Password
settings-password-title = Change your password
settings-password-text = Changing the password ends your sessions in all other browsers. API tokens keep working; revoke them separately.
settings-password-button = Change password
settings-sessions = Sessions
settings-sessions-title = Sessions
settings-sessions-text = Browsers in which you are signed in. End those you do not know, then change your password.
settings-tokens = API tokens
settings-tokens-title = API tokens
settings-tokens-text = A token lets a program of yours use the API in your name: read your results or submit models. Give each program a token of its own, so that you can revoke it alone.
settings-data = Your data
settings-data-title = Your data

certificate-name-title = Name on certificates
certificate-name-text = This name is printed and signed on the certificates you earn, and everyone who verifies one sees it. Write it as in the document you identify yourself with. Certificates that have been issued keep the name they were issued with.
certificate-name-current = Confirmed name: { $name }
certificate-name-none = You have not confirmed a name yet. No certificate is issued until you do.
certificate-name-hint = 2 to 80 characters, for example Ada Lovelace or 王芳
certificate-name-confirm = This is my own name, and it may appear on my certificates.
certificate-name-button = Confirm name
certificate-name-invalid = Enter your name with 2 to 80 characters, at least one of them a letter.
certificate-name-unconfirmed = Tick the box to confirm that this is your own name.

session-browser = Browser
session-since = Signed in
session-seen = Last seen
session-until = Ends
session-action = Action
session-this = This browser
session-unnamed = Unnamed browser
session-end = End
session-end-others = End all other sessions

token-name = Name
token-name-hint = What it is for, such as "laptop" or "GitHub Actions"
token-name-invalid = Enter a name of 1 to 80 characters.
token-scopes = Scopes
token-scope-missing = Choose at least one scope.
scope-read = read: see exercises and your own submissions and results
scope-submit = submit: submit models in your name
token-life = Expiry
token-life-invalid = Choose 30, 90 or 365 days.
token-days = { $days } days
token-new = New token
token-button = Create token
token-too-many = You have { $most } live tokens, which is the most allowed. Revoke one that you no longer need.
token-created = Token created
token-created-text = Copy it now and keep it like a password. It is not shown again.
token-created-try = To try it:
token-made = Created
token-used = Last used
token-never = Never
token-state = State
token-until = Works until { $date }
token-revoked = Revoked
token-expired = Expired
token-revoke = Revoke
tokens-none = You have not created any tokens.

data-download-title = Download all your data
data-download-text = One JSON file with everything that the database holds about you: account, sessions, tokens, submissions with their results, quiz and exam attempts with your answers, accommodations, certificates, the list of mail sent to you, and entries about you in the audit log. Passwords and tokens are kept as hashes only and are not in it.
data-download = Download (JSON)
data-delete-text = Before you delete your account, the next page says what goes and what stays.
data-delete = Go on to delete the account
delete-title = Delete your account
delete-text = This cannot be undone.
delete-goes = What is deleted
delete-goes-account = Your name, e-mail address, password and settings
delete-goes-access = All sessions and API tokens
delete-goes-mail = All mail to you that we keep a record of
delete-goes-files = The model files that you submitted
delete-stays = What stays
delete-stays-submissions = Your submissions and their results, without your name ({ $count } now). File names and notes stay as you wrote them.
delete-stays-quizzes = Your quiz attempts, without your name
delete-goes-exams = Network addresses in your exam attempts, and accommodations
delete-stays-exams = Your exam attempts with answers and results, without your name
delete-stays-certificates = Certificates as issued, with the name on them ({ $count } now), so that they can still be verified
delete-stays-audit = Entries in the audit log, without your name
delete-download-first = Download your data first
delete-password-hint = To show that it is you
delete-button = Delete account
delete-keep = Keep the account

## Administration
people-title = People
people-search = Name or e-mail address contains
people-search-button = Search
people-none = Nobody matches.
people-all = Show everybody
people-count = { $count ->
    [one] { $count } account
   *[other] { $count } accounts
}
people-pages = Pages
people-page-previous = Previous page
people-page-next = Next page
people-page-of = Page { $page } of { $pages }
person-state = State
person-active = Active
person-unconfirmed = Address not confirmed
person-confirmed = Address confirmed
person-since = Account since
person-suspended = Suspended
person-suspended-since = Suspended since { $date }
person-suspension = Suspension
person-suspend = Suspend
person-suspend-text = Suspending ends all sessions at once and refuses sign-ins and API tokens. Nothing is deleted, and you can lift it at any time.
person-unsuspend = Lift the suspension
person-unsuspend-text = The person can sign in again. API tokens that have not expired work again.
role-learner = Learner
role-instructor = Instructor
role-admin = Administrator
role-hint = Instructors also look into the classes they teach; administrators also run this site.
last-admin = This is the last administrator. Make somebody else an administrator first.
invite-title = Invite somebody
invite-text = The account is made at once. The person gets a link by e-mail to sign in and choose a password.
invite-button = Send invitation

## Mail
mail-confirm-subject = Confirm your e-mail address for { $site }
mail-confirm-body =
    Hello { $name },

    somebody, probably you, signed up at { $site } with this address.
    Open this link within 24 hours to confirm that it is yours:

    { $link }

    You will be asked for the password chosen at sign-up. If you did not sign up, ignore this message: without your confirmation the account stays unused.
mail-known-subject = You have an account at { $site }
mail-known-body =
    Hello { $name },

    somebody, probably you, tried to sign up at { $site } with this address. You have an account already. Sign in here:

    { $link }

    If you have forgotten your password, you can set a new one:

    { $reset }

    If this was not you, there is nothing to do.
mail-reset-subject = Set a new password for { $site }
mail-reset-body =
    Hello { $name },

    open this link within one hour to set a new password for your account at { $site }:

    { $link }

    If you did not ask for this, ignore this message; your password stays as it is.
mail-password-changed-subject = Your password for { $site } was changed
mail-password-changed-body =
    Hello { $name },

    the password of your account at { $site } has been changed, and all other sessions have ended.

    If this was not you, set a new password at once and tell an administrator:

    { $reset }
mail-invitation-subject = Invitation to { $site }
mail-invitation-body =
    Hello { $name },

    an administrator of { $site } has made an account for you. Open this link within 7 days to sign in and choose a password:

    { $link }

    The link works once. If you do not want the account, ignore this message.
mail-token-subject = A new API token at { $site }
mail-token-body =
    Hello { $name },

    the API token "{ $token }" was created for your account at { $site }. It works until { $expires }.

    If this was not you, revoke it and change your password:

    { $link }
