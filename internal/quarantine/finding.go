package quarantine

import (
	"cmp"
	"slices"
	"time"
)

// Resource types of a finding that the rules tell apart, as GuardDuty spells
// them in resource.resourceType.
const (
	ResourceInstance       = "Instance"
	ResourceAccessKey      = "AccessKey"
	ResourceAttackSequence = "AttackSequence"
)

// Finding is what GuardDuty said, parsed.
//
// Its network details can be stale by the time it arrives: they serve for
// scoring and as a hint of where to look, never to decide what is changed.
type Finding struct {
	ID          string `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Severity is GuardDuty's, from 1.0 to 10.0.
	Severity float64 `json:"severity"`
	// AccountID owns the instance. EnvelopeAccountID is the account whose bus
	// carried the event: the same, or a delegated administrator.
	AccountID         string `json:"accountId"`
	EnvelopeAccountID string `json:"envelopeAccountId,omitempty"`
	Region            string `json:"region"`
	Partition         string `json:"partition,omitempty"`
	DetectorID        string `json:"detectorId,omitempty"`
	ResourceType      string `json:"resourceType"`
	// Role is GuardDuty's resourceRole (ACTOR, TARGET or ""). It does not say
	// who is the victim: the finding type does.
	Role string `json:"role,omitempty"`
	// ActionType is for example DNS_REQUEST; Direction is INBOUND, OUTBOUND,
	// UNKNOWN or "".
	ActionType string `json:"actionType,omitempty"`
	Direction  string `json:"direction,omitempty"`
	// Remote names the other side: domains and addresses, at most a few.
	Remote      []string `json:"remote,omitempty"`
	ThreatNames []string `json:"threatNames,omitempty"`
	// Count is how often GuardDuty has seen it, at least 1.
	Count     int       `json:"count"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
	UpdatedAt time.Time `json:"updatedAt,omitzero"`
	// LastSeen is when the activity was seen last; zero where the event does not say so.
	LastSeen time.Time `json:"lastSeen,omitzero"`
	// EventTime is when EventBridge was given the event.
	EventTime time.Time `json:"eventTime,omitzero"`
	// Replay is the replay of an archive of EventBridge that the event comes from, or "".
	Replay   string `json:"replay,omitempty"`
	Sample   bool   `json:"sample"`
	Archived bool   `json:"archived"`
	// LeftOut says what of the event could not be read and decides nothing, one text
	// for each field.
	LeftOut []string `json:"leftOut,omitempty"`
	// Instances are the EC2 instances that the finding accuses: none, one, or
	// several for an attack sequence.
	Instances []AccusedInstance `json:"instances"`
	// Key is the access key that the finding accuses, where it accuses no instance whose
	// credentials were used; otherwise nil.
	Key *AccusedKey `json:"key,omitempty"`
	// Word is the person's word that this is instead of a finding, or nil. No event holds one: it comes
	// from the command line alone.
	Word *Word `json:"word,omitempty"`
}

// ActivityEnded is when the activity was over, as far as the event can know: nothing is
// seen after the event was sent. It is zero where the event says neither.
func (f Finding) ActivityEnded() time.Time {
	if f.LastSeen.IsZero() || !f.EventTime.IsZero() && f.EventTime.Before(f.LastSeen) {
		return f.EventTime
	}
	return f.LastSeen
}

// FindingSummary is what is kept and shown of a finding.
type FindingSummary struct {
	ID       string  `json:"id"`
	Type     string  `json:"type"`
	Title    string  `json:"title"`
	Severity float64 `json:"severity"`
	// DetectorID is the detector's that has the finding, "" where the event did not say so.
	DetectorID string `json:"detectorId,omitempty"`
	// Name is the tag Name of the one instance that it accuses, or "". Whoever may tag the instance
	// writes it: it is a hint for people, and decides nothing.
	Name string `json:"name,omitempty"`
}

// Summary is what is kept of the finding.
func (f Finding) Summary() FindingSummary {
	s := FindingSummary{ID: f.ID, Type: f.Type, Title: f.Title, Severity: f.Severity, DetectorID: f.DetectorID}
	if len(f.Instances) == 1 {
		s.Name = f.Instances[0].Tags[TagName]
	}
	return s
}

// TagName is the tag that holds what people call a thing.
const TagName = "Name"

// AccusedInstance is an instance as the finding describes it.
type AccusedInstance struct {
	ID         string            `json:"id"`
	AccountID  string            `json:"accountId,omitempty"` // where it differs from the finding's
	Region     string            `json:"region,omitempty"`    // where it differs from the finding's
	Type       string            `json:"type,omitempty"`
	ImageID    string            `json:"imageId,omitempty"`
	Platform   string            `json:"platform,omitempty"`
	State      string            `json:"state,omitempty"`
	Zone       string            `json:"zone,omitempty"`
	ProfileARN string            `json:"profileArn,omitempty"`
	LaunchedAt time.Time         `json:"launchedAt,omitzero"`
	Tags       map[string]string `json:"tags,omitempty"`
	Interfaces []Interface       `json:"interfaces,omitempty"`
	// ByCredentials tells that the finding is about the credentials of the instance's
	// role: they can be used elsewhere, so that the instance need not be the one acting.
	ByCredentials bool `json:"byCredentials,omitempty"`
}

// Kind is a kind of resource.
type Kind string

// The kinds of resources.
const (
	KindInstance  Kind = "instance"   // an EC2 instance
	KindAccessKey Kind = "access-key" // a user's long-term access key
)

// Resource is what can be compromised, in one account and Region: what a lock and
// an incident are about.
type Resource struct {
	Kind      Kind   `json:"kind"`
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
	ID        string `json:"id"` // AWS's own: of an instance i-..., of a key AKIA...
}

// String is account/region/id, for people.
func (r Resource) String() string { return r.AccountID + "/" + r.Region + "/" + r.ID }

// Resources are the instances that the finding accuses, in its order, each once.
func (f Finding) Resources() []Resource {
	var out []Resource
	for _, i := range f.Instances {
		t := Resource{AccountID: cmp.Or(i.AccountID, f.AccountID), Region: cmp.Or(i.Region, f.Region), Kind: KindInstance, ID: i.ID}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// Narrow returns the finding with the one instance that has the id, and
// whether there is one.
func (f Finding) Narrow(instanceID string) (Finding, bool) {
	for _, i := range f.Instances {
		if i.ID == instanceID {
			f.Instances = []AccusedInstance{i}
			return f, true
		}
	}
	return f, false
}

// VPCs are the VPCs that the finding says the instance is in, each once.
func (i AccusedInstance) VPCs() []string {
	return distinct(i.Interfaces, func(n Interface) string { return n.VPCID })
}

// Subnets are the subnets that the finding says the instance is in, each once.
func (i AccusedInstance) Subnets() []string {
	return distinct(i.Interfaces, func(n Interface) string { return n.SubnetID })
}

// SubnetsByVPC are the subnets that the finding says the instance is in, by VPC, sorted.
func (i AccusedInstance) SubnetsByVPC() map[string][]string {
	return byVPC(i.Interfaces, func(n Interface) (string, string) { return n.VPCID, n.SubnetID })
}

// PublicIPs are the public IPv4 addresses that the finding gives, each once.
func (i AccusedInstance) PublicIPs() []string {
	return distinct(i.Interfaces, func(n Interface) string { return n.PublicIP })
}

// byVPC collects the subnets of items by their VPC, sorted, each once. A VPC
// whose subnets nobody knows has none; what is in no VPC is left out.
func byVPC[T any](items []T, of func(T) (vpc, subnet string)) map[string][]string {
	all := map[string][]string{}
	for _, item := range items {
		if vpc, subnet := of(item); vpc != "" {
			all[vpc] = append(all[vpc], subnet)
		}
	}
	for vpc, subnets := range all {
		slices.Sort(subnets)
		all[vpc] = slices.DeleteFunc(slices.Compact(subnets), func(s string) bool { return s == "" })
	}
	return all
}

// distinct collects a property of each item, in order, each value once, without the empty one.
func distinct[T any](items []T, of func(T) string) []string {
	var out []string
	for _, item := range items {
		if v := of(item); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
