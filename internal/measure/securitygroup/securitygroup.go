// Package securitygroup is the measure security-group: every network interface of a
// compromised instance has one security group without rules, and no other. A rule-less
// group lets no new connection in or out, inside the subnet neither; what is tracked already
// goes on: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
package securitygroup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The VPC's group without rules, and the one part of an interface that is changed. The group
// is known by the id on record, never by its name or tag: anybody can give those to another.
const (
	groupName   = "ec2-quarantine"
	description = "Without rules, for compromised instances. Made by ec2-quarantine; an uninstallation removes it."
	part        = "groups"
)

// Network reads and changes interfaces and security groups. Every method can fail with
// AccessDenied, Throttled or Unavailable.
type Network interface {
	// NetworkInterfaces lists what is attached to the instance.
	NetworkInterfaces(ctx context.Context, r quarantine.Resource) ([]quarantine.Interface, error)
	// BranchInterfaces lists those that are tagged as branches of these trunks.
	BranchInterfaces(ctx context.Context, r quarantine.Resource, trunks []string) ([]quarantine.Interface, error)
	// NetworkInterface describes one. Errors: ThingGone.
	NetworkInterface(ctx context.Context, r quarantine.Resource, id string) (quarantine.Interface, error)
	// SetGroups replaces an interface's groups. Errors: Contended if the interface or a
	// group is gone.
	SetGroups(ctx context.Context, r quarantine.Resource, interfaceID string, groups []string) error
	// SecurityGroups describes groups by id. Errors: Contended if one is gone.
	SecurityGroups(ctx context.Context, r quarantine.Resource, ids []string) ([]quarantine.SecurityGroup, error)
	// SecurityGroupByName finds the VPC's group of that name, if there is one.
	SecurityGroupByName(ctx context.Context, r quarantine.Resource, vpcID, name string) (quarantine.SecurityGroup, bool, error)
	// CreateSecurityGroup makes a group, which lets everything out. Errors: Contended if
	// there is one of that name; QuotaReached.
	CreateSecurityGroup(ctx context.Context, r quarantine.Resource, vpcID, name, description string, tags map[string]string) (string, error)
	// RevokeRules revokes every rule, in and out.
	RevokeRules(ctx context.Context, r quarantine.Resource, groupID string) error
}

// Ledger keeps the ids of the groups that the measure made. See [quarantine.Holds].
type Ledger interface {
	Made(ctx context.Context, measure string, r quarantine.Resource, vpc string) (id string, begun bool, err error)
	Making(ctx context.Context, measure string, r quarantine.Resource, vpc, id string) (string, error)
	Unmade(ctx context.Context, measure string, r quarantine.Resource, vpc, id string) error
}

// Measure is the measure over its ports.
type Measure struct {
	Network Network
	Ledger  Ledger
}

var _ measure.Measure = Measure{}

// Find gives every interface that the owner of the instance may change.
func (m Measure) Find(ctx context.Context, r quarantine.Resource) (measure.Found, error) {
	all, err := m.Network.NetworkInterfaces(ctx, r)
	if err != nil {
		return measure.Found{}, err
	}
	var out measure.Found
	if len(all) == 0 {
		out.Left = append(out.Left, named(r, "", r.ID, "EC2 shows no network interface of it"))
	}
	branches, err := m.branches(ctx, r, all)
	if err != nil {
		return measure.Found{}, err
	}
	for _, n := range all {
		if why := leave(n, r); why != "" {
			if n.Type == quarantine.TypeTrunk {
				why += branches
			}
			out.Left = append(out.Left, named(r, n.VPCID, n.ID, fmt.Sprintf("it keeps %s: %s", strings.Join(n.SecurityGroups, ", "), why)))
			continue
		}
		out.Things = append(out.Things, named(r, n.VPCID, n.ID, ""))
	}
	return out, nil
}

// named is a thing by name alone, with a note.
func named(r quarantine.Resource, vpc, id, note string) quarantine.Hold {
	return quarantine.Hold{Measure: Info().Name, AccountID: r.AccountID, Region: r.Region, VPCID: vpc, Thing: id, Note: note}
}

// leave says why an interface's groups stay, or "".
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html
func leave(n quarantine.Interface, r quarantine.Resource) string {
	switch {
	case n.RequesterManaged:
		return "a service of AWS manages it, and EC2 lets nobody else change it"
	case n.OwnerID != "" && n.OwnerID != r.AccountID:
		return "account " + n.OwnerID + " owns it"
	case n.Type == "efa" || n.Type == "efa-only":
		return "EFA traffic between hosts needs rules that name a group, and does not pass a rule-less one as other traffic does"
	case n.Type == quarantine.TypeTrunk || n.Type == quarantine.TypeBranch:
		return "it carries other interfaces, which have security groups of their own"
	default:
		return ""
	}
}

// Look reads an interface's groups.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	n, err := m.Network.NetworkInterface(ctx, place(h), h.Thing)
	if err != nil {
		return measure.Look{}, err
	}
	return measure.Look{Parts: map[string]string{part: joined(n.SecurityGroups)}}, nil
}

// Want is the VPC's group without rules: made, emptied, read back and on record before any
// interface gets it, and read again whenever it is asked for.
func (m Measure) Want(ctx context.Context, h quarantine.Hold, _ measure.Look) (map[string]string, error) {
	id, err := m.group(ctx, place(h), h.VPCID)
	if err != nil {
		return nil, err
	}
	if err := m.empty(ctx, place(h), h.VPCID, id); err != nil {
		return nil, err
	}
	return map[string]string{part: id}, nil
}

// Put gives an interface its groups.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, _, value string) error {
	groups := strings.Split(value, ",")
	err := m.Network.SetGroups(ctx, place(h), h.Thing, groups)
	if !quarantine.Is(err, quarantine.Contended) || slices.Contains(h.Parts[part].Puts, value) {
		return err
	}
	for _, id := range groups {
		if _, gone := m.Network.SecurityGroups(ctx, place(h), []string{id}); quarantine.Is(gone, quarantine.Contended) {
			return quarantine.Failf(quarantine.NotReleased, "the interface stays in quarantine: security group %s, which it had before, is gone. Give it the groups that it should have, and release again: %w", id, err)
		}
	}
	return err
}

// group is the id on record of the VPC's group, which is made if there is none.
func (m Measure) group(ctx context.Context, r quarantine.Resource, vpc string) (string, error) {
	id, _, err := m.Ledger.Made(ctx, Info().Name, r, vpc)
	if err != nil || id != "" {
		return id, err
	}
	found, isThere, err := m.Network.SecurityGroupByName(ctx, r, vpc, groupName)
	if err != nil {
		return "", err
	}
	if isThere {
		return m.adopt(ctx, r, vpc, found)
	}
	if _, err := m.Ledger.Making(ctx, Info().Name, r, vpc, ""); err != nil {
		return "", err
	}
	made, err := m.Network.CreateSecurityGroup(ctx, r, vpc, groupName, description, map[string]string{
		quarantine.TagProduct: quarantine.Product, "Name": groupName,
	})
	if err != nil {
		return "", err
	}
	return m.Ledger.Making(ctx, Info().Name, r, vpc, made)
}

// adopt puts the id of the VPC's group of that name on record, if it lets nothing pass or the
// record says that it was about to be made. That is read after the group was found: another
// incident's attempt may have made it just now, and says so before it does.
func (m Measure) adopt(ctx context.Context, r quarantine.Resource, vpc string, found quarantine.SecurityGroup) (string, error) {
	id, begun, err := m.Ledger.Made(ctx, Info().Name, r, vpc)
	if err != nil || id != "" {
		return id, err
	}
	if len(found.Rules) > 0 && (!begun || !isNew(found)) {
		return "", quarantine.Failf(quarantine.NameTaken, "security group %s of %s is called %s, has rules and is not this product's: rename it, for instances may depend on it", found.ID, vpc, groupName)
	}
	return m.Ledger.Making(ctx, Info().Name, r, vpc, found.ID)
}

// isNew tells whether a group has no rules but those that EC2 gives a new one: everything out.
func isNew(g quarantine.SecurityGroup) bool {
	return !slices.ContainsFunc(g.Rules, func(rule string) bool { return !strings.HasPrefix(rule, "egress all all ") })
}

// empty makes sure that the group has no rules, as read back. Only the group on record gets here:
// one that was adopted had none, or was about to be made.
func (m Measure) empty(ctx context.Context, r quarantine.Resource, vpc, id string) error {
	rules, err := m.rules(ctx, r, vpc, id)
	if err != nil || len(rules) == 0 {
		return err
	}
	if err := m.Network.RevokeRules(ctx, r, id); err != nil {
		return err
	}
	if rules, err = m.rules(ctx, r, vpc, id); err != nil || len(rules) == 0 {
		return err
	}
	return quarantine.Failf(quarantine.NotVerified, "the quarantine's security group %s has rules that let traffic pass: %s. If somebody has added them, remove them", id, strings.Join(rules, ", "))
}

// rules reads the group's rules. One that is gone, though its id is on record, comes off the
// record, so that a retry finds it by its name or makes another: its name is the VPC's only one.
func (m Measure) rules(ctx context.Context, r quarantine.Resource, vpc, id string) ([]string, error) {
	found, err := m.Network.SecurityGroups(ctx, r, []string{id})
	if quarantine.Is(err, quarantine.Contended) {
		return nil, errors.Join(err, m.Ledger.Unmade(ctx, Info().Name, r, vpc, id))
	}
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, quarantine.Failf(quarantine.Unavailable, "EC2 does not show security group %s, which is on record", id)
	}
	return found[0].Rules, nil
}

// place is the account and region of a hold's thing.
func place(h quarantine.Hold) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: h.AccountID, Region: h.Region}
}

// joined is a set of groups as a value.
func joined(groups []string) string { return strings.Join(slices.Sorted(slices.Values(groups)), ",") }
