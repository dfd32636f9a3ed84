package backtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Account reads what the account is like now.
type Account interface {
	quarantine.Instances
	quarantine.NeighbourReader
	// NetworkACLs lists those of a VPC, with the subnets that each is on: all of the VPC's.
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpc string) ([]quarantine.NetworkACL, error)
}

// Seen is what the account says now of a resource.
type Seen struct {
	Resource quarantine.Resource `json:"resource"`
	// State is EC2's, for example running, or gone; "" where it is not known.
	State string `json:"state,omitempty"`
	Name  string `json:"name,omitempty"`
	// Forwarding are interfaces that pass on traffic of others.
	Forwarding []string `json:"forwarding,omitempty"`
	// Neighbours are what a cut would hit beside it; nil where that was not read.
	Neighbours *quarantine.Neighbours `json:"neighbours,omitempty"`
	// NotKnown says why nothing of this is known.
	NotKnown string `json:"notKnown,omitempty"`

	subnets map[string][]string
}

// Live is what the account says now.
type Live struct {
	seen   map[quarantine.Resource]*Seen
	vpcs   map[place][]string // the subnets of a VPC
	denied bool               // DescribeInstances is, of which a policy allows all or nothing
}

// of is what was seen of a resource, or nil.
func (l *Live) of(r quarantine.Resource) *Seen {
	if l == nil {
		return nil
	}
	return l.seen[r]
}

// subnetsOf are all subnets of a VPC that the resource is in, if they are known.
func (l *Live) subnetsOf(r quarantine.Resource, vpc string) ([]string, bool) {
	if l == nil {
		return nil, false
	}
	all, known := l.vpcs[placeOf(r, vpc, "")]
	return all, known && len(all) > 0
}

// Gone is the state of an instance that EC2 does not know any more.
const Gone = "gone"

const deniedInstances = "denied: it takes ec2:DescribeInstances"

// MaxLooks is how many instances are looked at: each is a few calls.
const MaxLooks = 200

// Look asks the account about instances of its own, one after the other. What is denied is not known.
// The error is the context's: it ended.
func Look(ctx context.Context, account Account, id, region string, resources []quarantine.Resource, progress func(done, of int)) (*Live, error) {
	l := &Live{seen: map[quarantine.Resource]*Seen{}, vpcs: map[place][]string{}}
	for n, r := range resources {
		s := &Seen{Resource: r}
		switch {
		case r.Kind != quarantine.KindInstance:
			s.NotKnown = "it is no instance"
		case r.AccountID != id || r.Region != region:
			s.NotKnown = fmt.Sprintf("it is in account %s, %s, and these credentials are for account %s, %s", r.AccountID, r.Region, id, region)
		case l.denied:
			s.NotKnown = deniedInstances
		case n >= MaxLooks:
			s.NotKnown = fmt.Sprintf("only the first %d are looked at", MaxLooks)
		default:
			l.look(ctx, account, s)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.seen[r] = s
		progress(n+1, len(resources))
	}
	return l, nil
}

func (l *Live) look(ctx context.Context, account Account, s *Seen) {
	instance, err := account.Instance(ctx, s.Resource)
	switch {
	case quarantine.Is(err, quarantine.InstanceGone):
		s.State = Gone
		return
	case quarantine.Is(err, quarantine.AccessDenied):
		l.denied, s.NotKnown = true, deniedInstances
		return
	case err != nil:
		s.NotKnown = err.Error()
		return
	}
	s.State, s.Name, s.Forwarding, s.subnets = instance.State, instance.Tags["Name"], instance.Forwarding(), instance.SubnetsByVPC()
	found, all, err := account.Neighbours(ctx, s.Resource, instance.Subnets())
	n := quarantine.CountNeighbours(found, all, instance.Subnets())
	if err != nil {
		n = quarantine.Neighbours{Subnets: instance.Subnets(), Kinds: []quarantine.NeighbourCount{}, NotKnown: err.Error()}
		if quarantine.Is(err, quarantine.AccessDenied) {
			n.NotKnown = "denied: it takes ec2:DescribeNetworkInterfaces"
		}
	}
	s.Neighbours = &n
	for _, vpc := range instance.VPCs() {
		l.readVPC(ctx, account, s.Resource, vpc)
	}
}

// readVPC reads the subnets of a VPC once. One that cannot be read is known to be that.
func (l *Live) readVPC(ctx context.Context, account Account, r quarantine.Resource, vpc string) {
	key := placeOf(r, vpc, "")
	if _, read := l.vpcs[key]; read {
		return
	}
	acls, err := account.NetworkACLs(ctx, r, vpc)
	if errors.Is(err, context.Canceled) {
		return
	}
	all := []string{}
	for _, acl := range acls {
		for _, a := range acl.Associations {
			all = append(all, a.SubnetID)
		}
	}
	slices.Sort(all)
	l.vpcs[key] = all
}

// String is what was seen, for people.
func (s *Seen) String() string {
	switch {
	case s.NotKnown != "":
		return "not known (" + s.NotKnown + ")"
	case s.State == Gone:
		return "gone: EC2 does not know it any more"
	}
	text := s.State
	if len(s.Forwarding) > 0 {
		text += ", and it passes on traffic of others"
	}
	if s.Neighbours != nil {
		text += "; beside it a cut would hit: " + s.Neighbours.String()
	}
	return text
}
