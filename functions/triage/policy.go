package triage

import (
	_ "embed"
	"slices"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// DefaultPolicyYAML is the policy that applies if none is given, documented line by
// line.
//
//go:embed policy.default.yaml
var DefaultPolicyYAML []byte

// DefaultPolicy is DefaultPolicyYAML, parsed.
func DefaultPolicy() *Policy { return defaultPolicy() }

var defaultPolicy = sync.OnceValue(func() *Policy {
	p, faults := parsePolicy(DefaultPolicyYAML, Policy{})
	if len(faults) > 0 {
		panic(faults) // it is part of the program, and a test parses it
	}
	return p
})

// ParsePolicy reads a policy. Fields it leaves out are taken from the default policy,
// except exemptions and overrides. Every fault is reported at once: the error is
// Faults in a quarantine.Failure named BadPolicy.
func ParsePolicy(src []byte) (*Policy, error) {
	p, faults := parsePolicy(src, *DefaultPolicy())
	if len(faults) > 0 {
		return nil, &quarantine.Failure{Name: quarantine.BadPolicy, Err: faults}
	}
	return p, nil
}

// Policy determines the verdict for findings. It is immutable and safe for concurrent
// use; ParsePolicy and DefaultPolicy make it.
type Policy struct {
	thresholds thresholds
	sample     quarantine.Action
	archived   quarantine.Action
	silence    quarantine.Action
	// staleAfter is how long ago the activity may have ended that is cut; 0 is no limit.
	staleAfter time.Duration
	modes      quarantine.Modes
	confirmed  bool // a person has confirmed what is judged
	limits     quarantine.Limits
	measures   []string        // beyond the cut, in the order of the register
	groups     []measure.Group // that are deployed; nil is all
	keys       keyCut          // what becomes of a user's access key
	lockDays   int             // of snapshots; 0 is not at all
	exempt     quarantine.Exemptions
	weights    weights
	overrides  []override
}

// Measures are the names of the measures that are taken beyond the cut.
func (p *Policy) Measures() []string { return append([]string{}, p.measures...) }

// Neighbours is what a cut may hit beside the instance without a person's word.
func (p *Policy) Neighbours() quarantine.NeighbourLimit { return p.limits.Neighbours }

// Limits are those of the brake.
func (p *Policy) Limits() quarantine.Limits { return p.limits }

// Exemptions are what must never be cut.
func (p *Policy) Exemptions() quarantine.Exemptions { return p.exempt }

// MeasuresOf are those of them that are for a kind of resource, and deployed.
func (p *Policy) MeasuresOf(kind quarantine.Kind) []string {
	return slices.DeleteFunc(p.Measures(), func(name string) bool {
		m := register.Named(name)
		return m.Kind != kind || !p.deployed(m.Group)
	})
}

// Deployed is the policy where these groups of measures are deployed, nil for all: what it wants of
// others is not taken, and what only they could cut is told.
func (p *Policy) Deployed(groups []measure.Group) *Policy {
	here := *p
	here.groups = groups
	return &here
}

func (p *Policy) deployed(g measure.Group) bool {
	return len(p.groups) == 0 || slices.Contains(p.groups, g)
}

// Modes say in which parts of the account findings are observed.
func (p *Policy) Modes() quarantine.Modes { return p.modes }

// Confirmed is the policy for callers that have a person's approval for every isolation
// already: without the brake's limits (who else is cut is counted, and does not ask), and
// what is long over, or observed, is said instead of kept from being cut. Nor is anybody asked about a key. Where
// the policy spares neighbours by the security group, it still does.
func (p *Policy) Confirmed() *Policy {
	free := *p
	if free.keys == keyAsk {
		free.keys = keyByIt
	}
	free.limits, free.confirmed = quarantine.Limits{Neighbours: p.limits.Neighbours.Confirmed()}, true
	return &free
}

// judgeArchived treats archived findings like any other.
const judgeArchived quarantine.Action = "judge"

// thresholds are the lowest scores of the actions; approve 0 means never.
type thresholds struct{ isolate, approve, notify int }

// weights are the points that contribute to the score.
type weights struct {
	severity               int // for each point of GuardDuty's severity
	strong, moderate, weak int
	actor, unclear, target int
	occurrences            int // maximum
	exposure               int
	threatNames            int
	tags                   []tagWeight
}

type tagWeight struct {
	key, value string // value "*" is any
	points     int
}
