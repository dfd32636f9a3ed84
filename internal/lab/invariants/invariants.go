// Package invariants checks a whole run against what the product promises,
// whatever went wrong in it. It looks only at the account, the log of calls,
// the ledger, the messages and the histories of a report, and at nothing that
// the code under test says of itself.
package invariants

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// Violation is one broken invariant.
type Violation struct {
	Invariant string // I1 to I11, as in docs/architecture.md
	Text      string // what is wrong, with the names of what it is about
}

// String is the invariant and what is wrong.
func (v Violation) String() string { return v.Invariant + ": " + v.Text }

// Answer is what people say who are asked.
type Answer string

// The answers. Mixed is some of each: what one answer alone forbids is not checked.
const (
	Silence Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
	Mixed   Answer = "mixed"
)

// World is what a run was set up with, as far as the report cannot tell. What
// others did to associations behind the product's back stands in the report.
type World struct {
	// Accused are the instances that findings accuse, with the subnets that they
	// have interfaces in.
	Accused map[string][]string
	// Troubled tells that something was made to go wrong: a call, an instance, a
	// snapshot. Where nothing was, no execution may end red, but for events that
	// cannot be read.
	Troubled bool
	// Mended are the executions that were started when nothing was wrong any more:
	// a finding's must contain, and a release's release.
	Mended []string
	// ManualReleases are the executions of the release that a person started without being asked.
	ManualReleases []string
	Answer         Answer
	// SilenceCuts tells that the policy cuts where nobody answers.
	SilenceCuts bool
	// Secrets may stand nowhere. Task tokens need not be named: the ledger has them.
	Secrets []string
}

// Check gives what is broken, nothing if all of I1 to I11 hold. The report must
// come of a simulation with Options.Record, and one without it breaks I3.
func Check(r *simulate.Report, w World) []Violation {
	c := look(r, w)
	c.everyFindingEnds()
	c.onlyAccusedSubnetsChange()
	c.originalsAreOnRecord()
	c.everythingHappensOnce()
	c.claimsWereReadBack()
	c.failuresAreToldAndTriedAgain()
	c.evidenceLeavesTheCutAlone()
	c.releaseRestores()
	c.evidenceStays()
	c.decisionsCount()
	c.secretsStayHidden()
	return c.found
}

// breaks notes a violation.
func (c *check) breaks(invariant, format string, args ...any) {
	c.found = append(c.found, Violation{invariant, fmt.Sprintf(format, args...)})
}
