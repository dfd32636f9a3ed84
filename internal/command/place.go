// Package command makes the command lines that people paste: of this project's own
// command line, and of the AWS CLI. Messages, lists, errors and questions print no other,
// so that each works where it is read.
package command

import (
	"slices"
	"strings"
)

// Place is where a command is to be typed: what it needs to find the ledger that whoever
// prints it works with. What is empty gets no flag.
type Place struct {
	// Stack is the deployed stack. Without one nothing is deployed, and what a state machine
	// would do is done from the computer of whoever types.
	Stack string
	// Table is the ledger's, where no stack names it, or one other than the stack's is meant.
	Table string
	// Region is the ledger's.
	Region string
	// Here tells that what is told of runs on this computer, although a stack has the ledger.
	Here bool
	// Profile and Endpoint are those that were given on this computer.
	Profile, Endpoint string
}

// SayWhy stands for a reason until whoever pastes the command writes one. The shell keeps it
// as one word, and the command line refuses it.
const SayWhy = "SAY WHY"

// use is what a command takes of a place, and what it asks for.
type use struct {
	stack, table bool // by which it finds the ledger
	here         bool // it starts a state machine, unless it runs from here
	reason       bool // it asks why
}

var (
	looks  = use{stack: true, table: true}
	tells  = use{stack: true, table: true, reason: true}
	starts = use{stack: true, table: true, here: true, reason: true}
)

// uses has every command that talks to an account; the others take nothing of a place.
var uses = map[string]use{
	"list": looks, "show": looks, "approvals": looks, "approve": looks, "deny": looks, "history": looks, "report": looks, "resume": looks,
	"pause": tells, "leave": tells,
	"release": starts, "narrow": starts, "terminate": starts,
	"respond":    looks,
	"demo-check": {stack: true}, "drill": {stack: true},
	"policy":    {stack: true}, // as policy show, policy push
	"uninstall": {stack: true, table: true},
}

// releaseAll has uninstall ask why, too.
const releaseAll = "--release-all"

// byWord has respond ask why, too: nobody else has said anything.
const byWord = "--instance"

// Quarantine is a command line of this project's own, as words that are quoted for the shell:
// the command's name and arguments as they are, then what it needs to run as it stands. A
// reason that is asked for comes last, to be written by whoever pastes it.
func (p Place) Quarantine(words ...string) []string {
	out := quoted(append([]string{"quarantine"}, words...))
	if len(words) == 0 {
		return out
	}
	u, looks := uses[words[0]]
	if !looks {
		return out
	}
	if u.stack {
		out = flag(out, "--stack", p.Stack)
	}
	if u.table {
		out = flag(out, "--table", p.Table)
	}
	if u.here && p.OnLaptop() {
		out = append(out, "--here")
	}
	out = flag(flag(flag(out, "--region", p.Region), "--profile", p.Profile), "--endpoint-url", p.Endpoint)
	why := u.reason || slices.Contains(words, releaseAll) || slices.Contains(words, byWord)
	if why && !slices.Contains(words, "--reason") {
		out = flag(out, "--reason", SayWhy)
	}
	return out
}

// AWS is a command line of the AWS CLI, as words that are quoted for the shell: a service, an
// operation and what it takes. The region is that of what it is about; "" for a service that
// has none.
func (p Place) AWS(region string, words ...string) []string {
	flags := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "--") })
	if flags < 0 {
		flags = len(words)
	}
	out := append([]string{"aws"}, quoted(words[:flags])...)
	out = flag(flag(flag(out, "--region", region), "--profile", p.Profile), "--endpoint-url", p.Endpoint)
	return append(out, quoted(words[flags:])...)
}

// OnLaptop tells that nothing is deployed: what acts, acts from a computer.
func (p Place) OnLaptop() bool { return p.Stack == "" && p.Table != "" }

// RunsHere tells that there is no execution which a console knows, or which can be started again.
func (p Place) RunsHere() bool { return p.Here || p.OnLaptop() }

// In is the place with another region.
func (p Place) In(region string) Place {
	p.Region = region
	return p
}

func flag(to []string, name, value string) []string {
	if value == "" {
		return to
	}
	return append(to, name, Arg(value))
}

func quoted(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, Arg(w))
	}
	return out
}
