package isolate

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// aclTags are the tags that quarantine ACLs are to get, by ACL.
type aclTags struct {
	acls []string // in the order of the subnets
	of   map[string]map[string]string
}

// tags say on each quarantine ACL which incident holds it for which instance,
// and what stood on the subnets that this invocation cut.
func (c *cut) tags(after []place) aclTags {
	out := aclTags{of: map[string]map[string]string{}}
	for _, p := range after {
		if out.of[p.acl.ID] == nil {
			out.acls = append(out.acls, p.acl.ID)
			out.of[p.acl.ID] = map[string]string{quarantine.TagHolder + c.in.Claim.Incident: c.instance.ID}
		}
		if original, mine := c.replaced[p.subnet]; mine {
			out.of[p.acl.ID][quarantine.TagOriginal+p.subnet] = original
		}
	}
	return out
}
