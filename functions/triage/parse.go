package triage

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// parsePolicy reads a policy; what it leaves out is taken from base.
func parsePolicy(src []byte, base Policy) (*Policy, Faults) {
	d := &document{}
	p := base
	p.exempt, p.overrides = quarantine.Exemptions{}, nil
	p.modes.VPCs, p.modes.ObservedTags = nil, nil
	if root := d.root(src); root != nil {
		m := d.mapping("", root, "version", "thresholds", "sample", "archived", "silence", "staleAfter", "mode", "modes", "limits", "neighbours", "measures", "accessKeys", "evidence", "exempt", "weights", "overrides")
		m.version()
		m.thresholds(&p.thresholds)
		m.action("sample", &p.sample, ": a sample never cuts", quarantine.ActionNotify, quarantine.ActionIgnore)
		m.action("archived", &p.archived, "", quarantine.ActionNotify, quarantine.ActionIgnore, judgeArchived)
		m.action("silence", &p.silence, "", quarantine.ActionNotify, quarantine.ActionIsolate)
		m.age("staleAfter", &p.staleAfter)
		m.modes(&p.modes)
		m.limits(&p.limits)
		m.neighbours(&p.limits.Neighbours)
		p.measures = m.measures(p.measures)
		m.accessKeys(&p.keys)
		m.sub("evidence", "lockDays").number("lockDays", 0, maxLockDays, &p.lockDays)
		p.exempt = m.exempt()
		m.weights(&p.weights)
		p.overrides = m.overrides()
	}
	return &p, d.faults.sorted()
}

func (m mapping) version() {
	const supported = 1
	version := 0
	m.number("version", supported, supported, &version)
	if _, there := m.values["version"]; !there {
		m.d.fault(m.line, "version is missing; it should be %d", supported)
	}
}

func (m mapping) thresholds(t *thresholds) {
	s := m.sub("thresholds", "isolate", "approve", "notify")
	before := len(m.d.faults)
	s.number("isolate", 0, 100, &t.isolate)
	s.number("approve", 0, 100, &t.approve)
	s.number("notify", 0, 100, &t.notify)
	if len(m.d.faults) > before {
		return // faulty numbers need no check of their order
	}
	_, asks := s.values["approve"]
	switch {
	case asks && (t.isolate <= t.approve || t.approve <= t.notify):
		m.d.fault(s.line, "thresholds are out of order: isolate (%d) must be above approve (%d), and approve above notify (%d)", t.isolate, t.approve, t.notify)
	case !asks && t.isolate <= t.notify:
		m.d.fault(s.line, "thresholds are out of order: isolate (%d) must be above notify (%d)", t.isolate, t.notify)
	}
}

// maxPerHour is the maximum of each hourly limit: the ledger counts isolations in set
// attributes of one item, and an item has at most 400 KB. With a limit for the account,
// all of its sets fit; without one, some 5000 isolations in many VPCs fill the item.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const maxPerHour = 1000

// limits reads the brake's limits.
func (m mapping) limits(l *quarantine.Limits) {
	s := m.sub("limits", "isolationsPerHour", "vpcSubnetsPercent", "askFirst")
	hour := s.sub("isolationsPerHour", "account", "vpc")
	hour.limit("account", maxPerHour, &l.AccountPerHour)
	hour.limit("vpc", maxPerHour, &l.VPCPerHour)
	s.limit("vpcSubnetsPercent", 100, &l.VPCSubnetsPercent)
	first := s.sub("askFirst", "forwarding", "stopped")
	l.AskForwarding = first.isOn("forwarding", l.AskForwarding)
	l.AskStopped = first.isOn("stopped", l.AskStopped)
}

// maxNeighbours is the most that is surely counted: EC2's largest page of interfaces.
const maxNeighbours = 1000

// neighbours reads what a cut may hit beside the instance.
func (m mapping) neighbours(l *quarantine.NeighbourLimit) {
	s := m.sub("neighbours", "upTo", "beyond", "sameGroup")
	s.limit("upTo", maxNeighbours, &l.UpTo)
	beyond, sameGroup := quarantine.Action(l.Beyond), quarantine.Action(l.SameGroup)
	s.action("beyond", &beyond, "", quarantine.BeyondAsk, quarantine.BeyondCut, quarantine.BeyondGroup)
	s.action("sameGroup", &sameGroup, "", quarantine.BeyondAsk, quarantine.BeyondCut, quarantine.BeyondGroup)
	l.Beyond, l.SameGroup = string(beyond), string(sameGroup)
}

// maxLockDays is the longest lock of a snapshot:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
const maxLockDays = 36500

// measures reads which measures are taken beyond the cut: their names, in the order of the
// register. What is left out is as in base.
func (m mapping) measures(base []string) []string {
	all := register.Further()
	var known, out []string
	for _, one := range all {
		known = append(known, one.Name)
	}
	s := m.sub("measures", known...)
	for _, name := range known {
		if s.isOn(name, slices.Contains(base, name)) {
			out = append(out, name)
		}
	}
	return out
}

// accessKeys reads what becomes of users' keys.
func (m mapping) accessKeys(k *keyCut) {
	cut := quarantine.Action(*k)
	m.sub("accessKeys", "cut").action("cut", &cut, "", quarantine.Action(keyAsk), quarantine.Action(keyByIt), quarantine.Action(keyTell))
	*k = keyCut(cut)
}

// isUser checks for the name of a user, or a path that begins and ends with a slash:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
var isUser = regexp.MustCompile(`^([\w+=,.@-]{1,64}|/|/([!-.0-~]+/)+)$`).MatchString

// The forms of ids: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
var (
	isAccount = regexp.MustCompile(`^[0-9]{12}$`).MatchString
	isVPC     = regexp.MustCompile(`^vpc-([0-9a-f]{8}|[0-9a-f]{17})$`).MatchString
	isSubnet  = regexp.MustCompile(`^subnet-([0-9a-f]{8}|[0-9a-f]{17})$`).MatchString
)

// exempt checks the form of ids strictly, because a mistyped id would exempt nothing.
func (m mapping) exempt() quarantine.Exemptions {
	s := m.sub("exempt", "accounts", "vpcs", "subnets", "tags", "users")
	e := quarantine.Exemptions{
		Accounts: s.ids("accounts", "an account id of 12 digits", isAccount),
		VPCs:     s.ids("vpcs", "a VPC's id", isVPC),
		Subnets:  s.ids("subnets", "a subnet's id", isSubnet),
		Users:    s.ids("users", "a user's name, or a path such as /break-glass/", isUser),
	}
	e.Tags = s.sub("tags").texts()
	return e
}

// texts are the values of all keys; nil where there is none.
func (m mapping) texts() map[string]string {
	var out map[string]string
	for _, key := range slices.Sorted(maps.Keys(m.values)) {
		if out == nil {
			out = map[string]string{}
		}
		out[key] = m.text(key)
	}
	return out
}

func (m mapping) weights(w *weights) {
	const most = 100
	s := m.sub("weights", "severity", "evidence", "side", "occurrences", "exposure", "threatNames", "tags")
	s.number("severity", 0, 10, &w.severity)
	e := s.sub("evidence", "strong", "moderate", "weak")
	e.number("strong", -most, most, &w.strong)
	e.number("moderate", -most, most, &w.moderate)
	e.number("weak", -most, most, &w.weak)
	side := s.sub("side", "actor", "unclear", "target")
	side.number("actor", -most, most, &w.actor)
	side.number("unclear", -most, most, &w.unclear)
	side.number("target", -most, most, &w.target)
	s.number("occurrences", -most, most, &w.occurrences)
	s.number("exposure", -most, most, &w.exposure)
	s.number("threatNames", -most, most, &w.threatNames)
	if _, there := s.values["tags"]; there {
		w.tags = s.tagWeights(most)
	}
}

func (m mapping) tagWeights(most int) []tagWeight {
	var out []tagWeight
	for i, node := range m.items("tags") {
		s := m.d.mapping(fmt.Sprintf("%s[%d]", m.at("tags"), i), node, "key", "value", "points")
		t := tagWeight{key: s.text("key"), value: s.text("value")}
		s.number("points", -most, most, &t.points)
		out = append(out, t)
	}
	return out
}
