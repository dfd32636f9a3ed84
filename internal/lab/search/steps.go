package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (g *game) step(ctx context.Context, s Step) error {
	switch s.Do {
	case DoFind:
		_, err := g.session.Deliver(ctx, event(s))
		return err
	case DoRelease:
		return g.release(ctx, s.Hosts[0], false)
	case DoNarrow:
		return g.release(ctx, s.Hosts[0], true)
	case DoAllow:
		if name := role(g.session.Account, s.Hosts[0]); name != "" {
			g.byOthers(func() { g.session.Account.SetPolicy(name, "ec2-quarantine-"+hostID(s.Hosts[0]), "") })
		}
	case DoSwap:
		g.byOthers(func() { g.session.Account.SwapACL(subnetID(s.Subnet), g.acl(s)) })
	case DoRemove:
		g.byOthers(func() { g.session.Account.RemoveACL(g.acl(s)) })
	case DoOpen:
		g.byOthers(func() { g.session.Account.OpenACL(g.acl(s)) })
	case DoAttach:
		g.byOthers(func() {
			g.attached++
			if g.world.Accused[hostID(s.Hosts[0])] != nil {
				g.world.Attached = append(g.world.Attached, subnetID(s.Subnet))
			}
			g.session.Account.AttachInterface(hostID(s.Hosts[0]), account.Interface{Subnet: subnetID(s.Subnet), PrivateIP: address(s.Subnet, 100+g.attached)})
		})
	case DoLook:
		return g.look(ctx)
	case DoTerminate:
		g.terminated[s.Hosts[0]] = true
		g.session.Account.Terminate(hostID(s.Hosts[0]))
	default:
		return fmt.Errorf("a step can do find, release, narrow, swap, remove, open, attach, allow, look and terminate, not %q", s.Do)
	}
	return nil
}

// look starts the watch, as the schedule does.
func (g *game) look(ctx context.Context) error {
	g.looks++
	_, err := g.session.Start(ctx, wiring.Watch, fmt.Sprint("look-", g.looks), []byte(`{"source":"schedule"}`))
	return err
}

// lastLooks look at everything once nothing else happens any more: after the longest interval
// at which a thing is put right again.
func (g *game) lastLooks(ctx context.Context) error {
	for range 2 {
		if err := g.session.Clock.Sleep(ctx, 2*time.Hour); err != nil {
			return err
		}
		if err := g.look(ctx); err != nil {
			return err
		}
		if _, err := g.session.Wait(ctx); err != nil {
			return err
		}
	}
	g.world.Watched = true
	return nil
}

// byOthers makes a change that the account may refuse, such as deleting an ACL that is in
// use or using one that is gone. It ignores the refusal.
func (g *game) byOthers(do func()) {
	defer func() { _ = recover() }()
	do()
}

// acl is the ID of the ACL that a step names, in the VPC of its subnet; "" if there is none.
func (g *game) acl(s Step) string {
	vpc := subnets[s.Subnet].vpc
	switch s.ACL {
	case "other":
		return otherACL(vpc)
	case "deny":
		return denyingACL(vpc)
	}
	for _, printed := range g.session.Account.DescribeAllNetworkACLs() {
		acl := printed.(map[string]any)
		isDefault, _ := acl["IsDefault"].(bool)
		if acl["VpcId"] == vpcID(vpc) && (s.ACL == "default" && isDefault || s.ACL == "ours" && madeByProduct(acl)) {
			return acl["NetworkAclId"].(string)
		}
	}
	return ""
}

func madeByProduct(acl map[string]any) bool {
	tags, _ := acl["Tags"].([]any)
	return slices.ContainsFunc(tags, func(t any) bool {
		tag, _ := t.(map[string]any)
		return tag["Key"] == quarantine.TagProduct
	})
}

// release starts the release of the host's incident by hand: of the open incident or, if
// there is none, again of the last one. To narrow gives back its subnets alone.
func (g *game) release(ctx context.Context, host int, narrow bool) error {
	lock := g.lock(host)
	incident := text(lock, "incident")
	if incident == "" {
		incident = text(lock, "lastReleased")
	}
	if incident == "" {
		return nil
	}
	// Such a release may fail, because the incident is released or being worked on already.
	if g.released[host]++; g.Approval || g.released[host] > 1 || text(lock, "status") != "contained" {
		g.world.Troubled = true
	}
	name := fmt.Sprint("by-hand-", len(g.world.ManualReleases)+1)
	g.world.ManualReleases = append(g.world.ManualReleases, name)
	input, err := json.Marshal(map[string]any{"incident": incident, "reason": "rebuilt", "by": "the person on call", "narrow": narrow})
	if err != nil {
		return err
	}
	_, err = g.session.Start(ctx, wiring.Release, name, input)
	return err
}

// lock is the host's lock in the ledger, read without a call; nil if there is none.
func (g *game) lock(host int) map[string]any {
	for _, item := range g.session.Account.DescribeAllItems(ledgerTable) {
		fields := item.(map[string]any)
		if text(fields, "sk") == "LOCK" && strings.HasSuffix(text(fields, "pk"), "#"+hostID(host)) {
			return fields
		}
	}
	return nil
}

// text is a string attribute of an item in DynamoDB's JSON; "" for any other type.
func text(item map[string]any, name string) string {
	typed, _ := item[name].(map[string]any)
	s, _ := typed["S"].(string)
	return s
}

// next delivers one more finding for each accused host after the faults were removed. It
// must contain the host, unless the brake may hold it, the policy has it observed, or the host is terminated.
func (g *game) next(ctx context.Context) error {
	for host := range hosts {
		if g.world.Accused[hostID(host)] == nil {
			continue
		}
		name := fmt.Sprint("mended-", host)
		if !g.Policy.braked() && !g.Policy.observes(subnets[hosts[host][0]].vpc) && !g.terminated[host] {
			g.world.Mended = append(g.world.Mended, name)
		}
		body := event(Step{Kind: "miner", Hosts: []int{host}, Number: 100}).Body
		if _, err := g.session.Start(ctx, wiring.Name, name, body); err != nil {
			return err
		}
	}
	_, err := g.session.Wait(ctx)
	return err
}
