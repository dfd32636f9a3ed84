package networkacl

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// originalOf is the original ACL, or "" if neither the ledger nor EC2 names it. The
// ledger gets it before the cut, and the quarantine ACL's tag after it: under a
// quarantine ACL, the record is never older than the tag.
func (c *Cut) originalOf(p place) string {
	if recorded := c.subnets[p.subnet].differs.ACL; recorded != "" && p.acl.MadeByProduct() {
		return recorded
	}
	return p.original()
}

// original is the original ACL by what EC2 shows, or "". A quarantine ACL is
// never the original, even with an allow rule added: its tag names the ACL that
// it replaced, unless the execution that cut the subnet ended before tagging.
func (p place) original() string {
	if p.acl.MadeByProduct() {
		return p.acl.Tags[quarantine.TagOriginal+p.subnet]
	}
	return p.acl.ID
}
