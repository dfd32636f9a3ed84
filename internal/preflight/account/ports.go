package account

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Each port's errors are named failures. AccessDenied says which action is missing.

// Detectors reads GuardDuty.
type Detectors interface {
	// Detectors are the ids of the Region's detectors: one, or none where GuardDuty is off.
	Detectors(ctx context.Context) ([]string, error)
	Detector(ctx context.Context, id string) (preflight.Detector, error)
}

// Rules reads rules of EventBridge.
type Rules interface {
	// Rule is the one of that name on the default bus, with its targets. Errors: ThingGone.
	Rule(ctx context.Context, name string) (preflight.Rule, error)
	// Matches tells whether an event fits a pattern.
	Matches(ctx context.Context, pattern, event string) (bool, error)
}

// Queues counts messages.
type Queues interface {
	// Messages is about how many are in a queue, by its URL. Errors: ThingGone.
	Messages(ctx context.Context, queue string) (int, error)
}

// Topics counts subscribers.
type Topics interface {
	// Subscribers counts those of a topic. Errors: ThingGone.
	Subscribers(ctx context.Context, topic string) (preflight.Subscribers, error)
}

// Metrics reads alarms and metrics.
type Metrics interface {
	// Alarms are those whose names begin with a prefix.
	Alarms(ctx context.Context, prefix string) ([]preflight.Alarm, error)
	// Highest is the highest value of a metric between two times; known is false without data.
	Highest(ctx context.Context, namespace, metric string, since, until time.Time) (highest float64, known bool, err error)
}

// Quotas reads quotas.
type Quotas interface {
	// Quota is the value that holds, by the codes of the service and of the quota.
	Quota(ctx context.Context, service, code string) (float64, error)
}

// Network reads EC2.
type Network interface {
	// InstancesIn lists instances of these VPCs, of all where none is named, but terminated ones; all
	// is false if there are more than were read.
	InstancesIn(ctx context.Context, r quarantine.Resource, vpcs []string) (found []quarantine.Instance, all bool, err error)
	// CountSecurityGroups is how many the Region has; all is false if there are more.
	CountSecurityGroups(ctx context.Context, r quarantine.Resource) (count int, all bool, err error)
	// OwnSnapshot is one that this product took, "" if there is none.
	OwnSnapshot(ctx context.Context, r quarantine.Resource) (string, error)
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpc string) ([]quarantine.NetworkACL, error)
	quarantine.NeighbourReader
}

// Groups reads Auto Scaling groups.
type Groups interface {
	// Groups are the Region's; all is false if there are more than were read.
	Groups(ctx context.Context, r quarantine.Resource) (found []quarantine.ScalingGroup, all bool, err error)
}

// Principals reads IAM.
type Principals interface {
	// Principals are the account's users and roles, with every policy that gives them something; all is
	// false if there are more than were read.
	Principals(ctx context.Context, r quarantine.Resource) (found []preflight.Principal, all bool, err error)
	// ProfileRole is the role of an instance profile, by its ARN.
	ProfileRole(ctx context.Context, r quarantine.Resource, profile string) (quarantine.Role, error)
}

// Pages gets the page where questions are decided.
type Pages interface {
	// Get is the answer to a GET without a signature: its status, and whether it is the page's own.
	Get(ctx context.Context, url string) (status int, own bool, err error)
}

// Policy is what of triage's policy says who is not cut, or not without a person's word.
type Policy struct {
	Exempt   quarantine.Exemptions
	Limits   quarantine.Limits
	Measures []string // that are taken beyond the cut
	// Parts says in lines which parts of the account are acted on and which are observed, where any is.
	Parts []string
}

// Judging is what a preflight asks of triage's policy.
type Judging interface {
	Exemptions() quarantine.Exemptions
	Limits() quarantine.Limits
	Measures() []string
	WhichPartsAct() []string
	ActsEverywhere() bool
}

// PolicyOf is what such a policy says.
func PolicyOf(p Judging) Policy {
	out := Policy{Exempt: p.Exemptions(), Limits: p.Limits(), Measures: p.Measures()}
	if !p.ActsEverywhere() {
		out.Parts = p.WhichPartsAct()
	}
	return out
}
