package quarantine

import (
	"fmt"
	"maps"
	"slices"
)

// Mode says whether what a verdict asks for is done.
type Mode string

// The modes. "" is ModeAct, as it is of everything that was judged before there were modes.
const (
	ModeAct     Mode = "act"
	ModeObserve Mode = "observe" // it is read and told what would be done, and nothing is changed
)

// ReasonMode is the name of the reason that says why a finding is observed.
const ReasonMode = "mode"

// Modes say in which parts of the account findings are acted on, and in which they are observed.
//
// Only the account's mode and a VPC's, which EC2 tells, can say act. A tag, which whoever may tag an
// instance writes, can only have it observed, and that is told; none turns observe into act.
type Modes struct {
	// Account is the mode where nothing below says otherwise.
	Account Mode `json:"account,omitempty"`
	// VPCs are those whose mode is another, by their ids.
	VPCs map[string]Mode `json:"vpcs,omitempty"`
	// ObservedTags maps a tag's key to the value with which an instance is observed, or "*" for any.
	ObservedTags map[string]string `json:"observedTags,omitempty"`
}

// IsZero tells whether nothing is said. What crosses states leaves the modes out then.
func (m Modes) IsZero() bool { return m.Account == "" && len(m.VPCs)+len(m.ObservedTags) == 0 }

// Observed says why something in these VPCs, none for what is in no VPC, and with these tags is
// observed; "" where it is acted on. Of several VPCs, one that is observed is enough.
func (m Modes) Observed(vpcs []string, tags map[string]string) string {
	for _, key := range slices.Sorted(maps.Keys(m.ObservedTags)) {
		value, tagged := tags[key]
		if want := m.ObservedTags[key]; tagged && (want == "*" || want == value) {
			return fmt.Sprintf("the tag %s=%s has it observed (modes.observedTags), and whoever may tag the instance can set that", key, value)
		}
	}
	if m.Account == ModeObserve && (len(vpcs) == 0 || len(m.VPCs) == 0) {
		return "the policy's mode is observe"
	}
	for _, vpc := range vpcs {
		switch of, named := m.VPCs[vpc]; {
		case named && of == ModeObserve:
			return fmt.Sprintf("modes.vpcs has %s observed", vpc)
		case !named && m.Account == ModeObserve:
			return fmt.Sprintf("the policy's mode is observe, and modes.vpcs does not name %s", vpc)
		}
	}
	return ""
}

// ActsSomewhere tells whether there is a VPC in which what is observed elsewhere is acted on: then a
// finding that names no VPC is judged by what EC2 shows.
func (m Modes) ActsSomewhere() bool {
	return slices.Contains(slices.Collect(maps.Values(m.VPCs)), ModeAct)
}
