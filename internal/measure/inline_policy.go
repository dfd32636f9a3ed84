package measure

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// InlinePolicy is a thing that is one inline policy of a role or user, made for one resource. IAM is
// called by the name, which can be another's later: the id cannot.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
type InlinePolicy struct{ Owner, OwnerID, Resource string }

// String is the thing of a hold.
func (p InlinePolicy) String() string {
	return strings.Join([]string{p.Owner, p.OwnerID, p.Resource}, "/")
}

// InlinePolicyOf reads the thing of a hold; it is empty if that is none.
func InlinePolicyOf(h quarantine.Hold) InlinePolicy {
	parts := strings.SplitN(h.Thing, "/", 3)
	if len(parts) < 3 {
		return InlinePolicy{}
	}
	return InlinePolicy{parts[0], parts[1], parts[2]}
}

// Name is the policy's: one a resource, so that nobody shares it.
func (p InlinePolicy) Name() string { return "ec2-quarantine-" + p.Resource }

// For is the resource, of a kind, where the hold is.
func (p InlinePolicy) For(kind quarantine.Kind, h quarantine.Hold) quarantine.Resource {
	return quarantine.Resource{Kind: kind, AccountID: h.AccountID, Region: h.Region, ID: p.Resource}
}
