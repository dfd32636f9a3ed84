package message

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// fault is an error as the state machine caught it, read.
type fault struct {
	name string // of quarantine's failures, or Step Functions' own, as States.Timeout
	text string
}

// faultOf is the error as it can be shown.
func faultOf(c *quarantine.CaughtError) fault {
	if c == nil {
		return fault{}
	}
	name, text := c.Read()
	return fault{name: Clean(name, maxName), text: Clean(hashOf.ReplaceAllString(text, ""), maxFailure)}
}

// label is the name for a subject or a label.
func (f fault) label() string {
	if f.name == "" {
		return "cause unknown"
	}
	return f.name
}

// lines name the error and say what it said.
func (f fault) lines() []line {
	if f.name == "" && f.text == "" {
		return []line{say("The cause is not known here: the execution's history has it.")}
	}
	return append(labelled("Error", f.label()), labelled("It says", Clean(f.text, maxCause))...)
}

// wrong is what went wrong. The execution has the error whole.
func (f facts) wrong() part {
	return part{title: "What went wrong", lines: f.fault.lines(), rank: open}
}

// maxCause bounds what a message says of an error's text, in characters: AWS's own words come last in it.
const maxCause = 4 * (columns - 15)

// actionForm is an IAM action as error messages name it.
var actionForm = regexp.MustCompile(`\b(ec2|iam|autoscaling|elasticloadbalancing|dynamodb|sts|sns|kms|lambda|states|logs):([A-Z][A-Za-z]+)\b`)

// hint says what to do about the error before anything else: the measure's own word for it,
// or else what is true of all.
func (f facts) hint() []line {
	m := f.words.Cut
	if f.Measure != "" {
		m = register.Named(f.Measure)
	}
	if own := m.Hints[f.fault.name]; len(own) > 0 {
		return f.byHand("", own)
	}
	return append(f.fault.hint(f.words), f.commandAfter(hintCommands)...)
}

// hintCommands are the commands that hints and releaseHints end with, by the failure's name; each
// takes the incident, where it is one of that.
var hintCommands = map[string]string{
	quarantine.IncidentReleased: "list", quarantine.RequestGone: "approvals", quarantine.AlreadyDecided: "show",
}

// commandAfter is the failure's command, as far as what it takes is known.
func (f facts) commandAfter(commands map[string]string) []line {
	switch name := commands[f.fault.name]; {
	case name == "":
		return nil
	case name != "show":
		return []line{f.quarantine(name)}
	case f.incident() == "":
		return []line{f.quarantine("list")}
	default:
		return []line{f.quarantine(name, f.incident())}
	}
}

func (f fault) hint(w kinds.Words) []line {
	if f.name == quarantine.AccessDenied {
		return f.accessHint()
	}
	if text, ok := hintsOf(w)[f.name]; ok {
		return []line{say("%s", text)}
	}
	if strings.Contains(f.text, denies) {
		return f.accessHint()
	}
	return []line{say("Read the execution's history: the event before the failure names the cause.")}
}

func (f fault) accessHint() []line {
	what := "the action that the error names"
	said, role := f.text, "the function's role"
	if f.name != quarantine.AccessDenied { // Step Functions' own call was
		role = "the state machine's role"
	}
	if _, denied, names := strings.Cut(said, denies); names {
		said = denied // IAM's own words say which of several it was
	}
	if action := actionForm.FindString(said); action != "" {
		what = action
	}
	return []line{say("Allow %s in %s. If the role allows it, look for what denies it: "+
		"a permissions boundary, a service control policy, or a key's policy.", what, role)}
}

// denies is before the action in IAM's own words.
const denies = "not authorized to perform: "

// tooLarge is Step Functions' name for what is more than a state may be given or give.
const tooLarge = "States.DataLimitExceeded"

// hintsOf are what is to be done about a failure, by its name, for a resource of that kind.
func hintsOf(w kinds.Words) map[string]string {
	do := kinds.Capital(fmt.Sprintf(w.Do, "the "+w.Noun))
	return map[string]string{
		quarantine.InstanceGone: "The instance is terminated, so there is nothing left to cut. " +
			"Look for who ended it, and whether Auto Scaling has started another from the same image.",
		quarantine.InstanceInAnotherAccount: "This installation changes its own account only. " +
			do + " in the account that owns it, and install the product there too.",
		quarantine.InstanceInAnotherRegion: "This installation changes its own region only. " +
			do + " in its region, and install the product there too.",
		quarantine.InstanceExempt: "The policy exempts it, so nothing was changed. A person must decide.",
		quarantine.UserExempt:     "The policy exempts its user, so nothing was changed. A person must decide.",
		quarantine.NoSubnet: "EC2 shows no network interface in a subnet for it. " +
			"Look at its interfaces, and attach none before it is examined.",
		quarantine.Throttled: "AWS refused calls for their number until the retries were used up. " +
			"Run it again; if it goes on, find out who else calls the API so often.",
		quarantine.Unavailable: "A service failed or did not answer in time, so a change may have happened unseen. " +
			"Look before anything is done by hand.",
		quarantine.QuotaReached: "A quota of the account is used up. Raise it, or delete what nothing uses.",
		quarantine.Contended: "Something else keeps changing the same things. " +
			"Stop it (infrastructure as code, another responder), and run this again.",
		quarantine.NotVerified: "The change was made, but reading it back did not show it. " +
			"Look for yourself before anything else.",
		quarantine.NotSupported: "AWS takes no such change here. Look at what stays open because of it.",
		quarantine.NameTaken:    "Somebody has something of the name that the product would use. Look at it, and rename or delete it.",
		quarantine.LockLost: "Another execution has taken this " + w.Noun + " over and will report for itself. " +
			"Look for it among the state machine's executions, and make sure that it did.",
		quarantine.IncidentReleased: "The incident was released while this ran. " +
			"Look for the " + w.Noun + "'s latest incident:",
		quarantine.BadPolicy: "The policy does not parse. Correct it: the error names every fault with its line.",
		quarantine.BadRequest: "A function was given input that it cannot work with: " +
			"the definition and the functions may be of different versions.",
		quarantine.NewerVersion: "A newer release has written the ledger's item, and this one would misread it. " +
			"Deploy that release again, and run this once more.",
		quarantine.NoVolumes: "No EBS volume is attached, so there is nothing to take a snapshot of. " +
			"What instance store volumes hold is lost with the instance: keep it running.",
		quarantine.EvidenceFailed: "Look at the snapshots and volumes named here, and take those that are missing by hand.",
		quarantine.RequestGone: "The ledger knows no such request. " +
			"Compare its id with those that wait:",
		quarantine.AlreadyDecided: "Somebody has decided the request already, and the first answer counts. " +
			"See which:",
		quarantine.RequestTooLate: "The request had expired when it was answered. " +
			"Release the incident, or " + fmt.Sprintf(w.Do, "the "+w.Noun) + ", on the command line.",
		quarantine.TaskGone: "The state machine does not wait for the answer any more: its execution has ended or was stopped. " +
			"Look at how it ended, and do on the command line what was decided.",
		"States.Timeout": "A state did not end in its time, so a change may have happened unseen. Look first, then run it again.",
		tooLarge: "The event, with what a state needs beside it, is more than the 256 KiB that Step Functions takes. " +
			"Running it again ends the same way: read the finding in GuardDuty, and decide by hand.",
	}
}

// againSteps start the work of an execution again: from its input, or where it ran on a
// computer, and no execution can be asked for, from the finding.
func (f facts) againSteps(execution string) []line {
	e, ok := arn.ParseExecution(execution)
	if f.record.At.RunsHere() {
		return f.respondSteps()
	}
	if !ok {
		return nil
	}
	return []line{
		f.awsIn(e.Region, "stepfunctions describe-execution", "--query", "input", "--output", "text",
			"--execution-arn", arg(execution), "> event.json"),
		f.awsIn(e.Region, "stepfunctions start-execution", "--input", "file://event.json", "--state-machine-arn", arg(e.StateMachine())),
	}
}
