// Package loadbalancers is the measure load-balancers: an instance that is registered in target groups
// or Classic Load Balancers by itself, and not by its Auto Scaling group, is taken out of them.
package loadbalancers

import (
	"context"
	"net/netip"
	"slices"
	"strconv"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// part is the only part of a thing; its values are the domain's registrations.
const part = "registration"

// Instances describes instances. Errors: InstanceGone, AccessDenied, Throttled, Unavailable.
type Instances interface {
	Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error)
}

// TargetGroups reads and changes what is registered in target groups. Every method can fail with
// AccessDenied, Throttled or Unavailable, and those about one target with ThingGone, where there is
// no such target group; a change also with NotSupported, where the target does not run, and with
// QuotaReached.
type TargetGroups interface {
	// TargetsOf are the targets with these ids, of instances or addresses, that are registered, and
	// not draining, in the target groups of the VPCs, and how many of those were not asked.
	TargetsOf(ctx context.Context, r quarantine.Resource, vpcs, ids []string) (found []quarantine.Target, unasked int, err error)
	Registration(ctx context.Context, r quarantine.Resource, t quarantine.Target) (quarantine.Registration, error)
	// Register and Deregister succeed where the target is so already.
	Register(ctx context.Context, r quarantine.Resource, t quarantine.Target) error
	Deregister(ctx context.Context, r quarantine.Resource, t quarantine.Target) error
}

// Classic reads and changes which Classic Load Balancers an instance is registered in, by their names.
// The errors are those of TargetGroups.
type Classic interface {
	BalancersOf(ctx context.Context, r quarantine.Resource) (names []string, err error)
	InBalancer(ctx context.Context, r quarantine.Resource, balancer string) (quarantine.Registration, error)
	Register(ctx context.Context, r quarantine.Resource, balancer string) error
	Deregister(ctx context.Context, r quarantine.Resource, balancer string) error
}

// Groups tells what sends the instance's Auto Scaling group its traffic: each as "targetgroup/" with
// its name and id, or "loadbalancer/" with its name. Errors: AccessDenied, Throttled, Unavailable.
type Groups interface {
	TrafficSources(ctx context.Context, r quarantine.Resource) (group string, sources []string, err error)
}

// Measure is the measure over its ports.
type Measure struct {
	Instances    Instances
	TargetGroups TargetGroups
	Classic      Classic
	Groups       Groups
}

var _ measure.Measure = Measure{}

// Find is what the instance is registered in by itself. Its group takes it out of what sends the group
// its traffic, as it stands by, and would register it again.
func (m Measure) Find(ctx context.Context, r quarantine.Resource) (measure.Found, error) {
	all, unasked, err := m.registered(ctx, r)
	if err != nil {
		return measure.Found{}, err
	}
	var found measure.Found
	hold := func(name, note string) quarantine.Hold {
		return quarantine.Hold{Measure: Info().Name, AccountID: r.AccountID, Region: r.Region, Thing: name, Note: note}
	}
	if unasked > 0 {
		found.Left = append(found.Left, hold(r.ID+"/"+targetGroup, "its VPC has too many target groups, and "+strconv.Itoa(unasked)+
			" of them were not asked whether it is registered there"))
	}
	if len(all) == 0 {
		return found, nil
	}
	group, sources, err := m.Groups.TrafficSources(ctx, r)
	if err != nil {
		return measure.Found{}, err
	}
	for _, t := range all {
		if slices.Contains(sources, t.place()) {
			found.Left = append(found.Left, hold(t.String(), "its Auto Scaling group "+group+" registered it there, and takes it out where it stands by"))
			continue
		}
		found.Things = append(found.Things, hold(t.String(), ""))
	}
	return found, nil
}

// registered is what the instance is registered in, by its id or an address.
func (m Measure) registered(ctx context.Context, r quarantine.Resource) (all []thing, unasked int, err error) {
	i, err := m.Instances.Instance(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	targets, unasked, err := m.TargetGroups.TargetsOf(ctx, r, i.VPCs(), append(addresses(i), r.ID))
	if err != nil {
		return nil, 0, err
	}
	for _, t := range targets {
		all = append(all, thing{instance: r.ID, target: t})
	}
	balancers, err := m.Classic.BalancersOf(ctx, r)
	for _, name := range balancers {
		all = append(all, thing{instance: r.ID, balancer: name})
	}
	return all, unasked, err
}

// addresses are those of the instance by which a target group can have it.
func addresses(i quarantine.Instance) (out []string) {
	for _, n := range i.Interfaces {
		for _, text := range append([]string{n.PrivateIP}, n.IPv6...) {
			if address, err := netip.ParseAddr(text); err == nil {
				out = append(out, address.String())
			}
		}
	}
	return out
}

// Look reads how the instance stands there. The instance is read, too: once it is gone, or the address
// is not its own any more, nothing is to be registered again, as the address may be another's.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	t, err := thingOf(h)
	if err != nil {
		return measure.Look{}, err
	}
	i, err := m.Instances.Instance(ctx, t.resource(h))
	if err != nil {
		return measure.Look{}, err
	}
	if t.balancer == "" && t.isAddress() && !slices.Contains(addresses(i), t.target.ID) {
		return measure.Look{}, quarantine.Failf(quarantine.ThingGone, "%s is no address of %s any more", t.target.ID, t.instance)
	}
	now, err := m.now(ctx, h, t)
	if err != nil {
		return measure.Look{}, err
	}
	return look(t, now), nil
}

// look is of a target that drains that it is taken out, which goes on for up to an hour. Meanwhile an
// instance can be registered again by its id, but not an address.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html
// That it is healthy again then: https://github.com/ansible/ansible/pull/58995
func look(t thing, now quarantine.Registration) measure.Look {
	if now != quarantine.Draining {
		return measure.Look{Parts: map[string]string{part: string(now)}}
	}
	return measure.Look{Parts: map[string]string{part: string(quarantine.Absent)}, UnderWay: true, Turns: !t.isAddress()}
}

func (m Measure) now(ctx context.Context, h quarantine.Hold, t thing) (quarantine.Registration, error) {
	if t.balancer != "" {
		return m.Classic.InBalancer(ctx, t.resource(h), t.balancer)
	}
	return m.TargetGroups.Registration(ctx, t.resource(h), t.target)
}

// Want is that it is not registered.
func (Measure) Want(context.Context, quarantine.Hold, measure.Look) (map[string]string, error) {
	return map[string]string{part: string(quarantine.Absent)}, nil
}

// Put takes it out, or registers it with the port and the zone that it had. Where the service takes
// neither, as it is so already, that is read then.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, _, value string) error {
	t, err := thingOf(h)
	if err != nil {
		return err
	}
	err = m.change(ctx, h, t, value == string(quarantine.Registered))
	if !quarantine.Is(err, quarantine.NotSupported) {
		return err
	}
	now, failed := m.now(ctx, h, t)
	if failed != nil {
		return failed
	}
	if now == quarantine.Draining {
		now = quarantine.Absent
	}
	if string(now) == value {
		return nil
	}
	return err
}

func (m Measure) change(ctx context.Context, h quarantine.Hold, t thing, register bool) error {
	r := t.resource(h)
	switch {
	case t.balancer != "" && register:
		return m.Classic.Register(ctx, r, t.balancer)
	case t.balancer != "":
		return m.Classic.Deregister(ctx, r, t.balancer)
	case register:
		return m.TargetGroups.Register(ctx, r, t.target)
	}
	return m.TargetGroups.Deregister(ctx, r, t.target)
}
