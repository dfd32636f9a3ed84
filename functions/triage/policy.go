package triage

import (
	_ "embed"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// DefaultPolicyYAML is the policy that holds where none is given, documented
// line by line.
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

// ParsePolicy reads a policy. What it leaves out is as in the default policy;
// exemptions and overrides are its own alone. Every fault is reported at once:
// the error is Faults in a quarantine.Failure named BadPolicy.
func ParsePolicy(src []byte) (*Policy, error) {
	p, faults := parsePolicy(src, *DefaultPolicy())
	if len(faults) > 0 {
		return nil, &quarantine.Failure{Name: quarantine.BadPolicy, Err: faults}
	}
	return p, nil
}

// Policy says what is made of findings. It is immutable, and safe for
// concurrent use; it comes from ParsePolicy or DefaultPolicy.
type Policy struct {
	thresholds thresholds
	sample     quarantine.Action
	archived   quarantine.Action
	silence    quarantine.Action
	limits     quarantine.Limits
	exempt     quarantine.Exemptions
	weights    weights
	overrides  []override
}

// WithoutLimits is the policy without its brake: for whoever has a person's word
// for every cut already.
func (p *Policy) WithoutLimits() *Policy {
	free := *p
	free.limits = quarantine.Limits{}
	return &free
}

// judgeArchived is the treatment of archived findings that treats them as any other.
const judgeArchived quarantine.Action = "judge"

// thresholds are the scores at which the actions begin; approve 0 means never.
type thresholds struct{ isolate, approve, notify int }

// weights are the points of the contributions.
type weights struct {
	severity               int // for each point of GuardDuty's severity
	strong, moderate, weak int
	actor, unclear, target int
	occurrences            int // at most
	exposure               int
	threatNames            int
	tags                   []tagWeight
}

type tagWeight struct {
	key, value string // value "*" is any
	points     int
}
