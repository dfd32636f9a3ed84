package quarantine

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Limits bound what is cut without a person's word: an attacker who can
// cause findings could otherwise have the product cut off the account's hosts. Of each, 0 is no
// limit.
type Limits struct {
	// AccountPerHour and VPCPerHour are how many instances may be isolated in a
	// clock hour of UTC, in the account and region, and in one VPC.
	AccountPerHour int `json:"accountPerHour,omitempty"`
	VPCPerHour     int `json:"vpcPerHour,omitempty"`
	// VPCSubnetsPercent is how many of a VPC's subnets may be under quarantine.
	// The first cut in a VPC is within it: a VPC of one subnet must be containable.
	VPCSubnetsPercent int `json:"vpcSubnetsPercent,omitempty"`
	// AskForwarding has a person asked before an instance is cut that passes on traffic of others,
	// where the finding can be of one of those; AskStopped before one that is stopped is.
	AskForwarding bool `json:"askForwarding,omitempty"`
	AskStopped    bool `json:"askStopped,omitempty"`
	// Neighbours is what else a cut may hit.
	Neighbours NeighbourLimit `json:"neighbours,omitzero"`
}

// AskFirst says what an instance is like that a person's word is wanted for before it is cut, or "".
// onHost says that what accuses it was seen on the host itself.
func (l Limits) AskFirst(i Instance, onHost bool) string {
	switch forwarding := i.Forwarding(); {
	case l.AskForwarding && len(forwarding) > 0 && !onHost:
		return fmt.Sprintf("%s before an instance is cut that passes on traffic of others, as the host that acts may be one behind it: "+
			"the source/destination check of %s is off, and limits.askFirst.forwarding is on", AskFirst, strings.Join(forwarding, ", "))
	case l.AskStopped && i.State == StateStopped:
		return AskFirst + " before a stopped instance is cut: it does nothing now, the cut would hit the other hosts of its subnets alone, and limits.askFirst.stopped is on"
	}
	return ""
}

// Counts tells whether isolations are counted at all.
func (l Limits) Counts() bool {
	return l.AccountPerHour > 0 || l.VPCPerHour > 0 || l.VPCSubnetsPercent > 0
}

// ReasonBrake is the name of the reason with which a verdict becomes approve
// because a limit is reached. The state machine writes it.
const ReasonBrake = "brake"

// AskFirst begins the reason where a person is asked because of what the instance is like.
const AskFirst = "the policy asks first"

// Isolation is one that is counted before it cuts.
type Isolation struct {
	Resource Resource // what is counted: once an hour, however often it is tried
	// Subnets are those that the instance has interfaces in, by VPC.
	Subnets map[string][]string
	At      time.Time
	Limits  Limits
	// Approved isolations are counted and never refused: a person has said yes.
	Approved bool
}

// Hour is the clock hour that the isolation counts in, in UTC.
func (i Isolation) Hour() time.Time { return i.At.UTC().Truncate(time.Hour) }

// VPCs are those that the instance has interfaces in, sorted.
func (i Isolation) VPCs() []string { return slices.Sorted(maps.Keys(i.Subnets)) }

// LimitReached says that a limit of isolations an hour is reached, and nothing was counted.
type LimitReached struct {
	Of      string // what the limit is of, for people: account 111122223333, or vpc-1
	Setting string // its key in the policy
	Counted int
	Most    int
	Hour    time.Time
}

func (e *LimitReached) Error() string {
	return fmt.Sprintf("isolations of %s in the hour from %s: %d, and the policy's %s is %d",
		e.Of, e.Hour.UTC().Format("15:04 UTC"), e.Counted, e.Setting, e.Most)
}
