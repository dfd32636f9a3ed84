package account

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

const (
	idACLs        = "quota.network-acls"
	idGroups      = "quota.security-groups"
	idConcurrency = "quota.concurrency"
)

// quota is one that a containment can meet, with AWS's default.
type quota struct {
	service, code, name string
	standard            float64
}

// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
var (
	networkACLs    = quota{"vpc", "L-B4A6D682", "network ACLs per VPC", 200}
	securityGroups = quota{"vpc", "L-E79EC296", "security groups per Region", 2500}
	concurrency    = quota{"lambda", "L-B99A9384", "concurrent executions of Lambda", 1000}
)

// tight is the part of a quota from which on it is told.
const tight = 0.8

// use is how much of a quota is used.
type use struct {
	of      float64
	atLeast bool // more may be used
	meaning string
}

// against compares a use with a quota. Where the quota cannot be read, AWS's default is assumed, and
// said to be.
func (n *reading) against(ctx context.Context, id, subject string, q quota, u use) preflight.Check {
	most, err := n.Quotas.Quota(ctx, q.service, q.code)
	used := fmt.Sprintf("%g", u.of)
	if u.atLeast {
		used += " or more"
	}
	if err != nil {
		c := unread(preflight.Quotas, id, subject, err)
		c.Found = fmt.Sprintf("%s of the %s are used; AWS's default of %g is assumed, as the quota could not be read: %s", used, q.name, q.standard, preflight.Said(err))
		return c
	}
	found := fmt.Sprintf("%s of %g %s are used.", used, most, q.name)
	remedy := "Ask for more: " + n.aws("service-quotas", "request-service-quota-increase", "--service-code", q.service, "--quota-code", q.code, "--desired-value", fmt.Sprintf("%g", max(most*2, q.standard)))
	switch {
	case u.of >= most:
		return check(preflight.Quotas, id, subject, preflight.Red, found+" "+u.meaning, remedy)
	case u.of >= tight*most || u.atLeast:
		return check(preflight.Quotas, id, subject, preflight.Yellow, found, remedy)
	}
	return check(preflight.Quotas, id, subject, preflight.Green, found, "")
}

// networkQuotas are of each VPC's network ACLs: a cut makes one, unless it finds its own.
func (n *reading) networkQuotas(ctx context.Context) (all []preflight.Check) {
	for _, vpc := range n.asked(n.seen.instances) {
		acls, err := n.seen.acls[vpc], n.seen.aclsErr[vpc]
		if err != nil {
			all = append(all, unread(preflight.Quotas, idACLs, vpc, err))
			continue
		}
		all = append(all, n.against(ctx, idACLs, vpc, networkACLs, use{of: float64(len(acls)), meaning: "A cut can make no network ACL."}))
	}
	return all
}

func (n *reading) groupQuota(ctx context.Context) []preflight.Check {
	count, all, err := n.Network.CountSecurityGroups(ctx, n.r)
	if err != nil {
		return []preflight.Check{unread(preflight.Quotas, idGroups, n.Region, err)}
	}
	return []preflight.Check{n.against(ctx, idGroups, n.Region, securityGroups,
		use{of: float64(count), atLeast: !all, meaning: "The measure security-group can make no group in a VPC that has none of it yet."})}
}

// busy is for how long the concurrency that was used is looked at.
const busy = 14 * 24 * time.Hour

// needed is how many executions a containment can take at a time: the functions of one incident that
// run side by side.
const needed = 10

// concurrency compares what all functions of the Region have run at a time with what may.
func (n *reading) concurrency(ctx context.Context) []preflight.Check {
	now := n.Clock.Now()
	most, known, err := n.Metrics.Highest(ctx, "AWS/Lambda", "ConcurrentExecutions", now.Add(-busy), now)
	if err != nil {
		return []preflight.Check{unread(preflight.Quotas, idConcurrency, n.Region, err)}
	}
	if !known {
		most = 0 // no function has run
	}
	c := n.against(ctx, idConcurrency, n.Region, concurrency, use{of: most + needed, meaning: "Functions of a containment would be throttled, and wait."})
	c.Found = fmt.Sprintf("In 14 days, functions of the Region ran %g at a time at most; a containment takes up to %d more. ", most, needed) + c.Found
	return []preflight.Check{c}
}
