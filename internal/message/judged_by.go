package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxPolicy is how much is said of why another policy judged than the newest, in characters.
const maxPolicy = 300

// judging are the kinds of news that tell a verdict. Those that follow do not repeat by which policy.
var judging = []quarantine.MessageKind{
	quarantine.KindContained, quarantine.KindContainmentFailed, quarantine.KindToldOnly, quarantine.KindObserved, quarantine.KindApprovalAsked, quarantine.KindAskingFailed,
}

// judgedBy says that another policy judged than the newest: what its owner exempts in that, or has asked about,
// does not count yet.
func (f facts) judgedBy() part {
	if f.verdict == nil || !slices.Contains(judging, f.Kind) {
		return part{}
	}
	p := part{title: "What judged"}
	for _, r := range f.verdict.Reasons {
		if r.Name == quarantine.ReasonPolicy {
			p.lines = append(p.lines, say("%s. What there is, and why:", Clean(r.Text, maxPolicy)), f.quarantine("policy", "show"))
		}
	}
	return p.isOpen()
}
