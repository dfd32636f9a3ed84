package drill

import (
	"context"
	"fmt"
)

// aclQuestion is what no document says:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
const aclQuestion = "On which network ACL is ec2:ReplaceNetworkAclAssociation authorised?"

// Trial tries the replacement of the association of the drill's subnet, with DryRun, by credentials
// that may do it on these ARNs alone, and tells whether EC2 allows that. Nothing is changed.
type Trial interface {
	May(ctx context.Context, resources []string) (allowed bool, err error)
}

// AuthorisedOn finds out on which network ACL EC2 authorises a replacement: the one that is
// associated or the one that is to be. Subnet and ACLs are ARNs.
func AuthorisedOn(ctx context.Context, t Trial, subnet, associated, next string) Measured {
	m := Measured{Question: aclQuestion}
	may := map[string]bool{}
	for name, on := range map[string][]string{
		"all": {subnet, associated, next}, "none": {subnet}, "associated": {subnet, associated}, "next": {subnet, next},
	} {
		allowed, err := t.May(ctx, on)
		if err != nil {
			m.NotKnown = err.Error()
			return m
		}
		may[name] = allowed
	}
	switch {
	case !may["all"]:
		m.NotKnown = "these credentials may not replace it, whatever the session's policy says"
	case may["none"] && may["associated"] && may["next"]:
		m.NotKnown = "a policy that names no ACL is allowed as well: either no ACL is authorised, or nothing judges policies here"
	case may["associated"] && may["next"]:
		m.Answer = "on either: one of both is enough"
	case may["associated"]:
		m.Answer = "on the one that is associated"
	case may["next"]:
		m.Answer = "on the new one"
	case !may["none"]:
		m.Answer = "on both: each has to be allowed"
	default:
		m.NotKnown = fmt.Sprintf("the answers contradict each other: %v", may)
	}
	return m
}
