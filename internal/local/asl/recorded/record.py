"""Records the histories that another interpreter of the Amazon States Language writes for the cases in testdata.

    python3 record.py CASE.json...

Each file has a definition, an input and a script of what the tasks answer; the executions in it are recorded again,
in place. The interpreter is the Step Functions parser in moto, which is LocalStack's; JSONata is evaluated by the
reference implementation in node. Both are third-party code. Needed: python3 with moto (server, stepfunctions,
dynamodb) and boto3, and node.

Lambda answers from the script. DynamoDB and Step Functions answer themselves, except where the script has a fault
for them. Waits and the delays of retries pass faster, as the case says; timeouts and heartbeats take their time.
"""
import datetime
import io
import json
import logging
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

ACCOUNT, REGION, MACHINE, TABLE = "111122223333", "eu-west-1", "quarantine", "quarantine-ledger"
# The machine that findings which join start: its own definition is recorded nowhere.
WATCH, NOTHING = "quarantine-watch", json.dumps({"StartAt": "Nothing", "States": {"Nothing": {"Type": "Succeed"}}})
os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT  # before moto is imported

try:
    import boto3
    import botocore.session
    import moto
    from botocore.exceptions import ClientError
    from moto.core.config import default_user_config
    from moto.server import ThreadedMotoServer
    import moto.stepfunctions.parser.asl.component.common.retry.retrier_decl as retrier
    import moto.stepfunctions.parser.asl.component.common.string.string_expression as string_expression
    import moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils as lambda_tasks
    import moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service as service_tasks
    import moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb as dynamodb_tasks
    import moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn as sfn_tasks
    import moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function as wait_function
    import moto.stepfunctions.parser.asl.eval.states as states
    import moto.stepfunctions.parser.asl.eval.variable_store as variables
    import moto.stepfunctions.parser.asl.jsonata.jsonata as jsonata
    import moto.stepfunctions.parser.asl.utils.boto_client as boto_client
    import moto.stepfunctions.parser.backend.execution as execution
except ImportError as missing:
    sys.exit(f"recording needs python3 with moto[server,stepfunctions,dynamodb] and boto3: {missing}")

HERE = pathlib.Path(__file__).resolve().parent
REFERENCE = HERE.parent.parent / "jsonata" / "jsonata.min.js"
REQUEST = "00000000-0000-0000-0000-000000000000"
TIMEOUT = 120
DEEP = 4  # where an event, and a state, stand on one line


class Reference:
    """The reference implementation of JSONata, one expression at a time."""

    def __init__(self):
        try:
            self.process = subprocess.Popen(["node", str(HERE / "evaluate.js"), str(REFERENCE)],
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        except FileNotFoundError:
            sys.exit("recording needs node")
        self.lock = threading.Lock()

    def evaluate(self, expression):
        with self.lock:
            self.process.stdin.write(json.dumps(expression) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise jsonata.JSONataException("UNKNOWN", answer["error"])
        return answer["value"]


class Script:
    """The answers of a case's tasks, in order."""

    def __init__(self, answers, pace, client):
        self.answers = {key: list(all) for key, all in answers.items()}
        self.pace, self.client, self.lock = pace, client, threading.Lock()

    def next(self, key):
        with self.lock:
            left = self.answers.get(key)
            if left is None:
                return None
            if not left:
                raise RuntimeError(f"the script has no more answers of {key}")
            return left.pop(0)

    def invoke(self, **request):
        """Replaces Lambda's Invoke."""
        payload = json.loads(request["Payload"])
        answer = self.next(key_of(request["FunctionName"], payload))
        if answer is None:
            raise RuntimeError(f"the script has no answers of {key_of(request['FunctionName'], payload)}")
        time.sleep(answer.get("afterSeconds", 0))
        raise_fault(answer, "Invoke")
        for step in answer.get("token", []):
            threading.Thread(target=self.send, args=(payload["token"], step), daemon=True).start()
        body, reply = answer.get("result"), {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
        if "errorType" in answer:
            reply["FunctionError"] = "Unhandled"
            body = {"errorType": answer["errorType"], "errorMessage": answer["errorMessage"]}
        return {**reply, "Payload": io.BytesIO(json.dumps(body).encode())}

    def send(self, token, step):
        """Answers a task token after a delay."""
        time.sleep(step["afterSeconds"])
        if "success" in step:
            self.client("stepfunctions").send_task_success(taskToken=token, output=json.dumps(step["success"]))
        elif "error" in step:
            self.client("stepfunctions").send_task_failure(taskToken=token, error=step["error"], cause=step["cause"])
        else:
            self.client("stepfunctions").send_task_heartbeat(taskToken=token)


def key_of(function, payload):
    """The script's key for a function: its name, with the kind of message or else the measure, and the execution."""
    key = function.rsplit(":", 1)[-1]
    if isinstance(payload, dict) and (payload.get("kind") or payload.get("measure")):
        key += "/" + (payload.get("kind") or payload["measure"])
    if isinstance(payload, dict) and isinstance(payload.get("execution"), dict):
        key += "@" + payload["execution"]["name"]
    return key


def raise_fault(answer, operation):
    if "code" in answer:
        raise ClientError({"Error": {"Code": answer["code"], "Message": answer["message"]},
                           "ResponseMetadata": {"HTTPStatusCode": answer["status"], "RequestId": REQUEST}}, operation)


class Faulty:
    """A client of the account that fails calls for which the script has a fault."""

    def __init__(self, client, service, script):
        self.client, self.service, self.script = client, service, script

    def __getattr__(self, operation):
        first, *rest = operation.split("_")
        name = f"{self.service}:{first}{''.join(word.title() for word in rest)}"

        def call(**request):
            key = f"{name}@{request['name']}" if "name" in request else name
            answer = self.script.next(key) or {}
            time.sleep(answer.get("afterSeconds", 0))
            raise_fault(answer, operation)
            return getattr(self.client, operation)(**request)
        return call


class Recorder:
    def __init__(self):
        default_user_config["stepfunctions"]["execute_state_machine"] = True
        self.reference, self.script = Reference(), None
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.port = self.server.get_host_and_port()[1]
        boto_client.moto_server_port = lambda: self.port
        self.join()

    def client(self, service):
        return boto3.client(service, endpoint_url=f"http://127.0.0.1:{self.port}", region_name=REGION,
                            aws_access_key_id="test", aws_secret_access_key="test")

    def join(self):
        """Adds what moto lacks: JSONata, AWS's field names, and answers from the script."""
        jsonata._eval_jsonata = self.reference.evaluate
        string_expression.get_intrinsic_functions_declarations = lambda **_: ""  # evaluate.js has the real ones
        for module in (states, variables):
            module.encode_jsonata_variable_declarations = declarations
        lambda_tasks.boto_client_for = lambda **_: self.script
        for module, name in ((dynamodb_tasks, "dynamodb"), (sfn_tasks, "states")):
            module.boto_client_for = self.faulty(module.boto_client_for, name)
        service_tasks.StateTaskService._normalise_parameters = in_api_names
        service_tasks.StateTaskService._normalise_response = in_state_names
        retrier.time = Pace(self)
        wait_function.WaitFunction._wait_interval = lambda _, env, wait_seconds: time.sleep(wait_seconds * self.script.pace)
        execution.Execution.__deepcopy__ = lambda self, memo: self  # moto copies a machine, with its threads, at every start

    def faulty(self, client_for, name):
        return lambda **named: Faulty(client_for(**named), name, self.script)

    def record(self, path):
        case = json.loads(path.read_text())
        self.reset()
        self.script = Script(case.get("script", {}), case.get("pace", 1), self.client)
        self.seed(case.get("items", []))
        sfn = self.client("stepfunctions")
        machine = sfn.create_state_machine(name=MACHINE, definition=definition(case, path),
                                           roleArn=f"arn:aws:iam::{ACCOUNT}:role/{MACHINE}")["stateMachineArn"]
        sfn.create_state_machine(name=WATCH, definition=NOTHING, roleArn=f"arn:aws:iam::{ACCOUNT}:role/{WATCH}")
        sfn.start_execution(stateMachineArn=machine, name=case.get("name", path.stem), input=json.dumps(case["input"]))
        case.pop("executions", None)  # so that the key comes last
        case["executions"] = [self.execution(e) for e in self.ended(machine)]
        case["recordedBy"] = {
            "interpreter": f"moto {moto.__version__}: its Step Functions parser, which is LocalStack's",
            "jsonata": "2.0.6, the reference implementation, on node " + version("node"),
            "python": sys.version.split()[0],
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        }
        path.write_text(text(case) + "\n")
        print(path.name, [(e["status"], len(e["events"])) for e in case["executions"]], flush=True)

    def reset(self):
        for machine in self.client("stepfunctions").list_state_machines()["stateMachines"]:
            self.client("stepfunctions").delete_state_machine(stateMachineArn=machine["stateMachineArn"])
        for table in self.client("dynamodb").list_tables()["TableNames"]:
            self.client("dynamodb").delete_table(TableName=table)

    def seed(self, items):
        dynamodb = self.client("dynamodb")
        keys = (("pk", "HASH"), ("sk", "RANGE"))
        dynamodb.create_table(TableName=TABLE, BillingMode="PAY_PER_REQUEST",
                              KeySchema=[{"AttributeName": n, "KeyType": t} for n, t in keys],
                              AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in keys])
        for item in items:  # {"in": seconds} is a time from now, as DynamoDB's number of seconds
            dynamodb.put_item(TableName=TABLE, Item={
                name: {"N": str(int(time.time()) + value["in"])} if "in" in value else value for name, value in item.items()})

    def ended(self, machine):
        """The executions of the machine, in the order of their start, when all have ended."""
        sfn, until = self.client("stepfunctions"), time.time() + TIMEOUT
        while time.time() < until:
            found = sfn.list_executions(stateMachineArn=machine)["executions"]
            if all(e["status"] != "RUNNING" for e in found):
                return sorted(found, key=lambda e: (e["startDate"], e["name"]))
            time.sleep(0.1)
        raise TimeoutError("the executions do not end")

    def execution(self, listed):
        sfn = self.client("stepfunctions")
        whole = sfn.describe_execution(executionArn=listed["executionArn"])
        kept = {k: whole[k] for k in ("name", "status", "input", "output", "error", "cause") if k in whole}
        events, more = [], {}
        while True:
            page = sfn.get_execution_history(executionArn=listed["executionArn"], maxResults=1000, **more)
            for event in page["events"]:
                event["timestamp"] = event["timestamp"].astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
                events.append(event)
            if "nextToken" not in page:
                return {**kept, "events": events}
            more = {"nextToken": page["nextToken"]}


def text(value, depth=0):
    """JSON with small values on one line, and one line for each part of a large value."""
    line, pad = json.dumps(value, ensure_ascii=False), " " * (depth + 1)
    if len(line) < 120 or depth == DEEP or not isinstance(value, (dict, list)) or not value:
        return line
    if isinstance(value, dict):
        parts, ends = [f"{json.dumps(k)}: {text(v, depth + 1)}" for k, v in value.items()], "{}"
    else:
        parts, ends = [text(v, depth + 1) for v in value], "[]"
    return ends[0] + "\n" + pad + (",\n" + pad).join(parts) + "\n" + " " * depth + ends[1]


class Pace:
    """Replaces the module time in moto's retrier, to scale the delays of retries."""

    def __init__(self, recorder):
        self.recorder = recorder

    def sleep(self, seconds):
        time.sleep(seconds * self.recorder.script.pace)


def declarations(bindings):
    """The values of variables in front of an expression. moto puts strings between quotes without escaping them."""
    return "".join(f"{name}:={json.dumps(value, default=iso)};" for name, value in bindings.items())


def iso(at):
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def operation_of(task, service, action):
    """The model of the API's operation that a task calls."""
    model = botocore.session.get_session().get_service_model(task._get_boto_service_name(service))
    wanted = (action or task.resource.api_action).lower()
    return next((model.operation_model(name) for name in model.operation_names if name.lower() == wanted), None)


def in_api_names(task, parameters, boto_service_name=None, service_action_name=None):
    operation = operation_of(task, boto_service_name, service_action_name)
    if operation is not None and operation.input_shape is not None:
        task._to_boto_request(parameters, operation.input_shape)


def in_state_names(task, response, boto_service_name=None, service_action_name=None):
    operation = operation_of(task, boto_service_name, service_action_name)
    if operation is not None and operation.output_shape is not None:
        task._from_boto_response(response, operation.output_shape)


def definition(case, path):
    """The definition's text with its placeholders substituted."""
    text = json.dumps(case["definition"]) if "definition" in case else (path.parent / case["definitionFile"]).read_text()
    for name, value in case.get("substitutions", {}).items():
        text = text.replace("${%s}" % name, value)
    return text


def version(command):
    return subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    logging.disable()  # moto logs every error that a case is about
    random.seed(1)
    recorder = Recorder()
    for name in sys.argv[1:]:
        recorder.record(pathlib.Path(name))
    recorder.reference.process.kill()
    recorder.server.stop()


if __name__ == "__main__":
    main()
