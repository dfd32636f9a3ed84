package ec2

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Change is a change of a subnet's network ACL association, by a call or by others, or of the
// rules of its ACL, by others. Changes are kept if the account records effects.
type Change struct {
	Order  int // position among all effects and changes by others
	Call   int // the call's Seq; 0 for others
	Subnet string
	// From and To are the ACLs at the time of the change.
	From, To                       ACLState
	FromAssociation, ToAssociation string
}

// ACLState is a network ACL at one time.
type ACLState struct {
	ID      string
	Default bool
	Tags    map[string]string
	Allows  int // number of rules that allow traffic, in either direction
}

// Changes returns all changes so far, in order.
func (r *Resources) Changes() []Change {
	r.service.Lock()
	defer r.service.Unlock()
	return append([]Change(nil), r.changes...)
}

// replaced records a change of an association by the effect in progress. The caller holds the
// lock.
func (r *Resources) replaced(subnet string, from, to *types.NetworkAcl, fromAssociation, toAssociation string) {
	if !r.service.Records() {
		return
	}
	order, seq := r.service.Running()
	r.changes = append(r.changes, Change{
		Order: order, Call: seq, Subnet: subnet, From: stateOf(from), To: stateOf(to),
		FromAssociation: fromAssociation, ToAssociation: toAssociation,
	})
}

func stateOf(acl *types.NetworkAcl) ACLState {
	s := ACLState{ID: aws.ToString(acl.NetworkAclId), Default: aws.ToBool(acl.IsDefault), Tags: map[string]string{}}
	for _, t := range acl.Tags {
		s.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	for _, e := range acl.Entries {
		if e.RuleAction == types.RuleActionAllow {
			s.Allows++
		}
	}
	return s
}
