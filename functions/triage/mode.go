package triage

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// modes reads in which parts of the account findings are observed.
func (m mapping) modes(into *quarantine.Modes) {
	m.mode("mode", &into.Account)
	s := m.sub("modes", "vpcs", "observedTags")
	vpcs := s.sub("vpcs")
	for _, id := range slices.Sorted(maps.Keys(vpcs.values)) {
		if !isVPC(id) {
			m.d.fault(lineOf(vpcs.values[id]), "%s should be a VPC's id, but is %.60q", vpcs.path, id)
			continue
		}
		of := quarantine.ModeAct
		vpcs.mode(id, &of)
		if into.VPCs == nil {
			into.VPCs = map[string]quarantine.Mode{}
		}
		into.VPCs[id] = of
	}
	into.ObservedTags = s.sub("observedTags").texts()
}

// mode sets act or observe, if the key is present.
func (m mapping) mode(key string, into *quarantine.Mode) {
	mode := quarantine.Action(*into)
	m.action(key, &mode, "", quarantine.Action(quarantine.ModeAct), quarantine.Action(quarantine.ModeObserve))
	*into = quarantine.Mode(mode)
}

// observes reads the mode of an override, which is observe or left out: its condition can ask for
// tags, and no tag is to turn observe into act.
func (m mapping) observes() bool {
	var mode quarantine.Action
	m.action("mode", &mode, ": a rule cannot have anything acted on that is observed, as tags can decide what it is about", quarantine.Action(quarantine.ModeObserve))
	return mode != ""
}

// byMode has a cut observed, where the policy does, as far as the finding says what it is about.
// Isolate asks again of the live instance. What a person has confirmed is said to them, and done.
func (p *Policy) byMode(v *quarantine.Verdict, f quarantine.Finding, rule override) {
	if !cuts(v.Action) {
		return
	}
	why := p.observed(f)
	if rule.observes {
		why = "the override " + rule.name + " has it observed"
	}
	switch {
	case why == "" && p.byEC2(f):
		decide(v, v.Action, quarantine.ReasonMode, "acted on or observed as modes.vpcs says of the VPC that EC2 shows: the finding names none")
	case why == "":
	case p.confirmed:
		decide(v, v.Action, quarantine.ReasonMode, "%s; a person's word counts more", why)
	default:
		v.Mode = quarantine.ModeObserve
		decide(v, v.Action, quarantine.ReasonMode, "observed only: %s", why)
	}
}

// byEC2 tells whether only EC2 can say which mode counts: the finding names no VPC, and the modes of
// VPCs differ from the account's.
func (p *Policy) byEC2(f quarantine.Finding) bool {
	return !p.confirmed && p.modes.Account == quarantine.ModeObserve && p.modes.ActsSomewhere() && len(f.Instances) > 0 && len(f.Instances[0].VPCs()) == 0
}

// observed says why the finding's only resource is observed, as far as the finding says, or "".
func (p *Policy) observed(f quarantine.Finding) string {
	if _, is := p.key(f); is {
		return p.modes.Observed(nil, nil)
	}
	i := f.Instances[0]
	if p.byEC2(f) {
		return (quarantine.Modes{ObservedTags: p.modes.ObservedTags}).Observed(nil, i.Tags)
	}
	return p.modes.Observed(i.VPCs(), i.Tags)
}

// modesInForce are those by which a cut is checked against the live instance; none where there is
// nothing to check.
func (p *Policy) modesInForce() quarantine.Modes {
	if p.confirmed || p.modes.Account == quarantine.ModeAct && len(p.modes.VPCs)+len(p.modes.ObservedTags) == 0 {
		return quarantine.Modes{}
	}
	return p.modes
}

// WhichPartsAct says in lines which parts of the account the policy acts on, and which it observes:
// the account first, then each part that differs.
func (p *Policy) WhichPartsAct() []string {
	account := "the account: act"
	if p.modes.Account == quarantine.ModeObserve {
		account = "the account: observe"
	}
	if len(p.modes.VPCs) > 0 {
		account += ", but for the VPCs below"
	}
	out := []string{account}
	for _, vpc := range slices.Sorted(maps.Keys(p.modes.VPCs)) {
		out = append(out, fmt.Sprintf("%s: %s", vpc, p.modes.VPCs[vpc]))
	}
	for _, key := range slices.Sorted(maps.Keys(p.modes.ObservedTags)) {
		out = append(out, fmt.Sprintf("instances with the tag %s=%s: observe, wherever they are (whoever may tag an instance can set it)", key, p.modes.ObservedTags[key]))
	}
	for _, o := range p.overrides {
		if o.observes {
			out = append(out, fmt.Sprintf("what the override %s is about: observe (%s)", o.name, o.reason))
		}
	}
	return out
}

// ActsEverywhere tells whether nothing is observed only.
func (p *Policy) ActsEverywhere() bool {
	observe := func(m quarantine.Mode) bool { return m == quarantine.ModeObserve }
	return !observe(p.modes.Account) && !slices.ContainsFunc(slices.Collect(maps.Values(p.modes.VPCs)), observe) &&
		len(p.modes.ObservedTags) == 0 && !slices.ContainsFunc(p.overrides, func(o override) bool { return o.observes })
}
