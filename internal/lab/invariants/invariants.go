// Package invariants checks a whole run against the product's invariants, whatever faults
// it had. It uses only the account, the log of calls, the ledger, the messages and the
// execution histories of a report, and nothing that the code under test says about itself.
package invariants

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// Violation is one violated invariant.
type Violation struct {
	Invariant string // I1 to I15, as in docs/architecture.md
	Text      string // what is wrong, with the IDs involved
}

// String returns the invariant and the text.
func (v Violation) String() string { return v.Invariant + ": " + v.Text }

// Answer says how people answer questions.
type Answer string

// The answers. With Mixed, checks that depend on a single answer are skipped.
const (
	Silence Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
	Mixed   Answer = "mixed"
)

// World is the setup of a run that the report does not contain. Changes of associations by
// others are in the report.
type World struct {
	// Accused maps the instances that findings accuse to the subnets of their interfaces, and the
	// access keys to nothing.
	Accused map[string][]string
	// Attached are the subnets in which somebody attached an interface to an accused instance.
	Attached []string
	// Troubled says that a fault was injected: in a call, an instance or a snapshot. Without
	// one, no execution may fail, except for events that cannot be parsed.
	Troubled bool
	// Mended are the executions that started after all faults were removed: those of a finding
	// must contain, and those of a release must release.
	Mended []string
	// ManualReleases are the release executions that a person started without being asked.
	ManualReleases []string
	Answer         Answer
	// SilenceCuts says that the policy isolates if nobody answers.
	SilenceCuts bool
	// Observes says that the policy has everything observed: nobody is to change anything.
	Observes bool
	// Observed are the subnets that the policy has observed.
	Observed []string
	// Watched says that the run ended with a look at everything, of which nothing was
	// left open for a longer interval.
	Watched bool
	// Secrets must not appear anywhere. Task tokens need not be listed: they are in the ledger.
	Secrets []string
}

// Check returns the violations of I1 to I15. The report must be of a simulation with
// Options.Record; without it, I3 is violated.
func Check(r *simulate.Report, w World) []Violation {
	c := look(r, w)
	c.everyFindingEnds()
	c.onlyAccusedSubnetsChange()
	c.onlyAccusedKeysChange()
	c.onlyAccusedThingsChange()
	c.originalsAreOnRecord()
	c.changesAreWrittenAhead()
	c.everythingHappensOnce()
	c.claimsWereReadBack()
	c.failuresAreToldAndTriedAgain()
	c.evidenceLeavesTheCutAlone()
	c.releaseRestores()
	c.thingsStandAsOnRecord()
	c.rolesStandAsOnRecord()
	c.evidenceStays()
	c.decisionsCount()
	c.secretsStayHidden()
	c.containedStaysContained()
	c.nothingIsSaidThatWasNotRead()
	c.tagsDecideNothing()
	c.observedChangesNothing()
	return c.found
}

// breaks adds a violation.
func (c *check) breaks(invariant, format string, args ...any) {
	c.found = append(c.found, Violation{invariant, fmt.Sprintf(format, args...)})
}
