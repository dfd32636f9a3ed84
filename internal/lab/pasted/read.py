"""Reads command lines as the AWS CLI does, up to the request that it would send."""
import contextlib
import io
import json
import os
import sys

import awscli.clidriver
import botocore.httpsession


class Sent(BaseException):
    """The command was understood: its request is ready."""


def send(self, request):
    raise Sent()


def refusal(driver, words):
    """Why the CLI does not send it; "" if it would."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = driver.main(words)
    except Sent:
        return ""
    except SystemExit as ended:
        code = ended.code
    if not code:
        return ""
    lines = said.getvalue().strip().splitlines() or ["exit code %s" % code]
    at = [line for line in lines if "rror" in line or "nknown" in line or "nvalid" in line]
    return "aws %s: %s" % (" ".join(words), (at or lines)[-1])


botocore.httpsession.URLLib3Session.send = send
commands = json.load(sys.stdin)
driver = awscli.clidriver.create_clidriver()
for service in {words[0] for words in commands}:
    refusal(driver, [service, "no-such-operation"])  # what it reads of a service, it keeps
faults = []
for words in commands:
    # In a process of its own, because the CLI keeps what it was told.
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        try:
            told = refusal(driver, words)
        except BaseException as failed:
            told = "aws %s: %r" % (" ".join(words), failed)
        os.write(writable, told.encode()[:4000])
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    if told:
        faults.append(told)
print(json.dumps(faults))
