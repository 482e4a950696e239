"""Learners who submit through the API and look at pages, over plain HTTP."""

import http.client
import json
import re
import time
from urllib.parse import urlencode

from installation import PASSWORD

ATTEMPTS = 10
"""Attempts that an exercise gives to one person in 24 hours."""
PATIENCE_SECONDS = 60


class Person:
    """Somebody with an account, a session and a token."""

    def __init__(self, installation, number, role="learner"):
        self.port = installation.port
        self.base_url = installation.base_url
        self.email = installation.create_user(number, role)
        self.cookie = self._sign_in()
        self.token = self._create_token()
        self.used = {}

    def request(self, method, path, body=None, headers=None):
        """One request on a connection of its own: status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS + 10)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def form(self, path, fields):
        """Sends a form as a page of ours does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base_url}
        if fields.get("email") is None:
            headers["Cookie"] = self.cookie
        return self.request("POST", path, urlencode(fields), headers)

    def page(self, path):
        """Opens a page with this person's session."""
        return self.request("GET", path, headers={"Cookie": self.cookie, "Accept-Language": "en"})

    def api(self, method, path, body=None):
        """A call with this person's token; returns the JSON, or fails with what the service says."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/octet-stream"}
        status, _, answer = self.request(method, path, body, headers)
        if status not in (200, 202):
            raise RuntimeError(f"{method} {path}: {status} {answer.decode(errors='replace')}")
        return json.loads(answer)

    def submit(self, exercise, model, wait=0):
        """Submits a model; waits up to so many seconds for its result."""
        return self.api("POST", f"/api/v1/exercises/{exercise}/submissions?wait={wait}", model)

    def wait_for(self, submission):
        """Looks every 5 ms until the submission is graded."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while submission["status"] != "graded":
            if submission["status"] == "platform_fault" or time.monotonic() > deadline:
                raise RuntimeError(f"the submission is not graded: {submission['status']}")
            time.sleep(0.005)
            submission = self.api("GET", f"/api/v1/submissions/{submission['id']}")
        return submission

    def _sign_in(self):
        status, headers, _ = self.form("/sign-in", {"email": self.email, "password": PASSWORD})
        if status != 303:
            raise RuntimeError(f"signing in: {status}")
        return headers["Set-Cookie"].split(";")[0]

    def _create_token(self):
        fields = {"name": "bench", "read": "on", "submit": "on", "days": "30"}
        status, _, page = self.form("/settings/tokens", fields)
        found = re.search(rb"assay_[A-Za-z0-9_-]{20,}", page)
        if status != 200 or found is None:
            raise RuntimeError(f"creating a token: {status}")
        return found.group().decode()


class Crowd:
    """Enough people for all attempts: the limits of the service hold for the bench as for everybody."""

    def __init__(self, installation):
        self.installation = installation
        self.people = []

    def grow(self, count):
        """Makes accounts until there are so many, so that none is made while something is measured."""
        while len(self.people) < count:
            self.people.append(Person(self.installation, len(self.people)))

    def author(self, exercise):
        """Somebody with an attempt left at the exercise, who uses it now."""
        for person in self.people:
            used = person.used.get(exercise, 0)
            if used < ATTEMPTS:
                person.used[exercise] = used + 1
                return person
        raise RuntimeError(f"nobody has an attempt left at {exercise}")

    def repeater(self, exercise):
        """Somebody who keeps attempts left: sending a file again uses none, but asks for one."""
        person = self.people[-1]
        person.used[exercise] = ATTEMPTS
        return person
