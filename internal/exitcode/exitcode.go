// Package exitcode has the exit codes of the command line, and what each says of each command. Help and
// docs/exit-codes.md are made from it.
package exitcode

import (
	"cmp"
	"fmt"
	"strings"
)

// The exit codes.
const (
	Done        = 0   // for example all findings handled
	Failed      = 1   // for example an execution
	Usage       = 2   // bad usage or input, or no such thing
	Interrupted = 130 // by Ctrl-C or SIGTERM, as a shell says it of a program that did not catch it
)

// Meaning is what codes say of a command, where that is more than what they say of all.
type Meaning struct{ Done, Failed, Usage string }

// common is what codes say of every command.
var common = Meaning{
	Done:   "done",
	Failed: "it failed: AWS, the network or a file refused what was asked",
	Usage:  "bad usage, or AWS cannot be asked: no region, no credentials that work, no answer",
}

// local is common to commands that ask nobody.
var local = Meaning{Done: "done", Failed: "the output cannot be written", Usage: "bad usage"}

const noSuchIncident = "bad usage, no such ledger or incident"

// meanings are those of commands, by their names.
var meanings = map[string]Meaning{
	"simulate": {
		Done: "all findings are handled", Failed: "an execution failed",
		Usage: "bad usage, an event that is no finding, or an account or a policy that cannot be read",
	},
	"respond": {
		Done:   "the finding is handled; with --dry-run, the plan is printed",
		Failed: "an execution failed, or what is there cannot be read",
		Usage:  "bad usage, an event or a policy that cannot be read, not confirmed, or a plan that is refused: then nothing is changed",
	},
	"backtest": {
		Done: "judged, whatever the verdicts", Failed: "GuardDuty refused, or a finding of the account could not be read",
		Usage: "bad usage, no detector, or something in a file could not be read: the rest is judged",
	},
	"list":      {Done: "listed, also where there is nothing to list", Usage: "bad usage, or no such ledger"},
	"show":      {Usage: noSuchIncident},
	"approvals": {Done: "listed, also where no question waits", Usage: "bad usage, or no such ledger"},
	"approve":   decision,
	"deny":      decision,
	"release": {
		Done: "the release has come to its end", Failed: "it failed, or cannot be followed; what it has put back stays so",
		Usage: noSuchIncident + ", not confirmed, or a person is asked about it already",
	},
	"narrow": {
		Done: "the subnets are given back", Failed: "it failed, or cannot be followed",
		Usage: noSuchIncident + ", not confirmed, or refused by what is on record: then nothing is changed",
	},
	"terminate": {
		Done: "the instance is ended, and the rest released", Failed: "it failed on the way, and goes on when it is run again",
		Usage: noSuchIncident + ", not confirmed, or evidence that is not complete and locked",
	},
	"pause":   {Usage: noSuchIncident + ", one that is over, or a pause that is too long"},
	"leave":   {Usage: noSuchIncident + ", one that is over, or a thing that no look has found otherwise than it was put"},
	"resume":  {Done: "done, also where there was nothing to end", Usage: noSuchIncident + ", or one that is over"},
	"report":  {Usage: noSuchIncident + ", or a file that cannot be written"},
	"history": {Done: "printed, however the executions ended", Usage: "bad usage, no such execution, or a file that is no report"},
	"demo-check": {
		Done: "every step was seen", Failed: "a step was not seen",
		Usage: "bad usage, no such stack, a stack that is not the demo, or no incident to follow",
	},
	"drill": {
		Done:   "contained, released, and everything removed; with --clean, removed, also where there was nothing",
		Failed: "a step was not seen, or something could not be removed: the receipt says which",
		Usage:  "bad usage, no such stack, not confirmed, a drill of before stands, or a stack that is not a drill's",
	},
	"uninstall": {
		Done: "taken away", Failed: "an incident is open, a subnet stays cut off, or a step failed: it goes on when it is run again",
		Usage: "bad usage, no such stack, a table that is not its ledger, or not confirmed",
	},
	"preflight": {
		Done: "all is green", Failed: "something is yellow or not known, or the preflight failed",
		Usage: "something is red, or bad usage: the last line says which",
	},
	"triage": {Done: "judged, whatever the verdict", Failed: local.Failed, Usage: "bad usage, or an event or a policy that cannot be read"},
	"policy": local,
	"policy show": {
		Done: "printed", Failed: "the stack or the parameter cannot be read",
		Usage: "bad usage, no such stack or version, or no version that parses",
	},
	"policy push": {
		Done:   "written and read back, or there already",
		Failed: "it cannot be read or written, or somebody else has changed it meanwhile: what it has is said",
		Usage:  "bad usage, a policy that does not parse or is too large, no such stack, parameter or version, or not confirmed: then nothing is written",
	},
	"version":    local,
	"completion": {Done: "done", Failed: local.Failed, Usage: "bad usage, or no such shell"},
	"help":       {Done: "done", Failed: local.Failed, Usage: "no such command"},
}

// decision is what codes say of a question's answer.
var decision = Meaning{
	Done: "decided, and the state machine has it", Failed: "it was decided before, or cannot be handed over",
	Usage: "bad usage, no such question, or not confirmed",
}

// Named are the commands that codes say something of their own of.
func Named() []string {
	var out []string
	for name := range meanings {
		out = append(out, name)
	}
	return out
}

// Of is what codes say of a command.
func Of(command string) Meaning {
	m := meanings[command]
	return Meaning{cmp.Or(m.Done, common.Done), cmp.Or(m.Failed, common.Failed), cmp.Or(m.Usage, common.Usage)}
}

// Help says it in a sentence, for the end of a command's help.
func Help(command string) string {
	m := Of(command)
	return fmt.Sprintf("Exit codes: %d %s; %d %s; %d %s; %d interrupted (Ctrl-C or SIGTERM).",
		Done, m.Done, Failed, m.Failed, Usage, m.Usage, Interrupted)
}

// Table is that of the commands, as Markdown.
func Table(commands []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| command | %d | %d | %d |\n|---|---|---|---|\n", Done, Failed, Usage)
	for _, name := range commands {
		m := Of(name)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", name, m.Done, m.Failed, m.Usage)
	}
	return b.String()
}
