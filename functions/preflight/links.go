package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// Link is what joins the parts of a deployment, and is no function's call: what a state machine, a rule or
// a schedule does under its own role. It has no DryRun.
type Link struct {
	// Who has the role, in words: "state machine of containments".
	Who string `json:"who"`
	// Role is its ARN; "" where there is no such role, as on a laptop.
	Role   string `json:"role"`
	Action string `json:"action"`
	// On are ARNs, or the name of the ledger's table.
	On []string `json:"on"`
}

// linked asks IAM about links, a check each.
func (h *Handler) linked(ctx context.Context, links []Link) (all []preflight.Check) {
	for _, l := range links {
		if l.Role != "" {
			all = append(all, h.link(ctx, l))
		}
	}
	return all
}

func (h *Handler) link(ctx context.Context, l Link) preflight.Check {
	c := preflight.Check{ID: preflight.Power, Part: preflight.Powers, Subject: l.Who + " " + l.Action, State: preflight.Green}
	if h.Simulator == nil {
		c.State, c.Found, c.Remedy = preflight.Unknown, "There is nobody to ask IAM about.", "Run the preflight again once the rest is well."
		return c
	}
	var denied, without []string
	for _, thing := range l.On {
		decided, err := h.decisions(ctx, l.Role, on{resource: h.Deployment.named(thing)}, []string{l.Action})
		if err != nil {
			c.State, c.Found, c.Remedy = preflight.Unknown, "IAM did not say: "+preflight.Said(err), "Run the preflight again."
			return c
		}
		switch d, is := decided[l.Action]; {
		case !is:
			c.State, c.Found, c.Remedy = preflight.Unknown, "IAM said nothing of it on "+thing+".", "Run the preflight again."
			return c
		case d.Said != Allowed:
			denied = append(denied, fmt.Sprintf("%s (%s)", thing, d.Said))
			without = append(without, d.Missing...)
		default:
			without = append(without, d.Missing...)
		}
	}
	if len(denied) > 0 {
		c.State = preflight.Red
		c.Found = "By IAM's simulation its role is not allowed it on " + strings.Join(denied, ", ") + "." + unweighed(without)
		c.Remedy = "Give the role of the " + l.Who + " " + l.Action + " there: update the stack, or look at what boundaries of roles and policies of the organization deny."
		return c
	}
	c.Found = fmt.Sprintf("By IAM's simulation its role is allowed it on all %d that it is for.%s", len(l.On), unweighed(without))
	if len(l.On) == 1 {
		c.Found = "By IAM's simulation its role is allowed it on " + l.On[0] + "." + unweighed(without)
	}
	return c
}

// named is a thing's ARN.
func (d Deployment) named(thing string) string {
	if strings.HasPrefix(thing, "arn:") {
		return thing
	}
	return arn.ARN{Partition: arn.PartitionOf(d.Region), Service: "dynamodb", Region: d.Region, Account: d.Account, Resource: "table/" + thing}.String()
}
