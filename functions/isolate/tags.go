package isolate

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// aclTags are the tags that quarantine ACLs are to get, by ACL.
type aclTags struct {
	acls []string // in the order of the subnets
	of   map[string]map[string]string
}

// tags say on each quarantine ACL which incident holds it for which instance,
// and what stood on its subnets: on those that were cut already too, because
// whoever cut them may have been stopped before it could say so.
func (c *cut) tags(after []place) aclTags {
	out := aclTags{of: map[string]map[string]string{}}
	for _, p := range after {
		if out.of[p.acl.ID] == nil {
			out.acls = append(out.acls, p.acl.ID)
			out.of[p.acl.ID] = map[string]string{quarantine.TagHolder + c.in.Claim.Incident: c.instance.ID}
		}
		if original := c.original(p.subnet); original != "" {
			out.of[p.acl.ID][quarantine.TagOriginal+p.subnet] = original
		}
	}
	return out
}

// original is the ACL that stood on a subnet before the quarantine, or "" if
// nobody knows. It is for after the cut, when nothing changes any more.
func (c *cut) original(subnet string) string {
	if replaced, mine := c.replaced[subnet]; mine {
		return replaced
	}
	return c.held[subnet]
}
