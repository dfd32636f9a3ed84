package networkacl

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Planned says for each subnet of the instance in the VPC what stands there and
// what comes.
func Planned(i quarantine.Instance, vpc string, acls []quarantine.NetworkACL) (lines []string) {
	next := "a new quarantine ACL"
	var quarantineACLs []string
	for _, acl := range acls {
		if acl.Quarantines() {
			quarantineACLs = append(quarantineACLs, acl.ID)
		}
	}
	if len(quarantineACLs) > 0 {
		next = slices.Min(quarantineACLs) // the one that isolation takes
	}
	for _, n := range i.Interfaces {
		if n.VPCID != vpc {
			continue
		}
		for _, acl := range acls {
			for _, a := range acl.Associations {
				if a.SubnetID != n.SubnetID {
					continue
				}
				line := fmt.Sprintf("%s in %s: %s (%s) is replaced by %s", n.SubnetID, vpc, acl.ID, a.ID, next)
				switch {
				case acl.OwnerID != "" && i.AccountID != "" && acl.OwnerID != i.AccountID:
					line = plannedShared(n, acl)
				case acl.Quarantines():
					line = fmt.Sprintf("%s in %s is under quarantine already, %s", n.SubnetID, vpc, acl.ID)
				}
				if len(lines) == 0 || lines[len(lines)-1] != line {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}
