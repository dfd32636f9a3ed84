"""Reads command lines as the AWS CLI does, up to the request that it would send."""
import contextlib
import io
import json
import sys

import awscli.clidriver
import botocore.httpsession


class Sent(BaseException):
    """The command was understood: its request is ready."""


def send(self, request):
    raise Sent()


botocore.httpsession.URLLib3Session.send = send
faults = []
drivers = []
for words in json.load(sys.stdin):
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            # It takes long to make, and keeps what it was told: of EC2's own flags, and the profile.
            keeps = words[0] == "ec2" or "--profile" in words
            driver = awscli.clidriver.create_clidriver() if keeps or not drivers else drivers[0]
            if not keeps:
                drivers = [driver]
            code = driver.main(words)
    except Sent:
        continue
    except SystemExit as ended:
        code = ended.code
    if code:
        reason = said.getvalue().strip().splitlines() or ["exit code %s" % code]
        at = [line for line in reason if "rror" in line or "nknown" in line or "nvalid" in line]
        faults.append("aws %s: %s" % (" ".join(words), (at or reason)[-1]))
print(json.dumps(faults))
