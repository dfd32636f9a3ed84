package isolate

import (
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// isolation is one invocation at work.
type isolation struct {
	*Handler
	in       Request
	instance quarantine.Instance
	// acls are the network ACLs of the instance's VPCs, by VPC, as read last.
	acls     map[string][]quarantine.NetworkACL
	tally    tally
	warnings []string // for people, whatever else comes of the cut
	first    bool     // the incident was not contained before

	mu sync.Mutex // guards what follows
	// replacedOriginal is, by subnet that this invocation has replaced the ACL of, the
	// original ACL; "" if EC2 does not tell it.
	replacedOriginal map[string]string
	// heldOriginal is, by subnet, the ACL that the ledger has on record as the original
	// of a subnet that was under quarantine already; "" if it has none.
	heldOriginal map[string]string
	// fenced are the subnets that this invocation has fenced off against a release, and
	// unreleased those that it holds and that needed no fence.
	fenced, unreleased map[string]bool
	// differing is, by subnet, what the ledger holds as the original where it was
	// another association than EC2 showed.
	differing map[string]quarantine.OriginalDiffers
}

// place is a subnet's current association and network ACL.
type place struct {
	vpc, subnet, association string
	acl                      quarantine.NetworkACL
}

// originalOf is the original ACL, or "" if neither the ledger nor EC2 names it. The
// ledger gets it before the cut, and the quarantine ACL's tag after it: under a
// quarantine ACL, the record is never older than the tag.
func (c *isolation) originalOf(p place) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if recorded := c.differing[p.subnet].ACL; recorded != "" && p.acl.MadeByProduct() {
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
