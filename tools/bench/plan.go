package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// plan says which findings arrive, and when. All instances of a VPC have their
// findings at the same moment, VPC after VPC.
type plan struct {
	subnets int
	// atOnce is the number of duplicates that arrive with an instance's first finding,
	// while its containment runs; late is the number that arrives after it.
	atOnce, late int
	gap          time.Duration // between the findings of one VPC and those of the next
	limited      bool          // EC2's request limits apply
}

// A flood has twenty findings per instance, half of them duplicates that arrive during its containment.
const perInstance, inFlight = 20, 10

// spread is the time between two VPCs in a flood. It is a little less than EC2's
// request limits need for one VPC, so that calls are throttled throughout.
const spread = 4 * time.Second

// flooding plans a flood of that many findings; instances fill whole subnets.
func flooding(findings int) plan {
	return plan{
		subnets: findings / (perSubnet * perInstance), atOnce: inFlight, late: perInstance - inFlight - 1,
		gap: spread, limited: true,
	}
}

func (p plan) hosts() int    { return p.subnets * perSubnet }
func (p plan) vpcs() int     { return (p.subnets + perVPC - 1) / perVPC }
func (p plan) findings() int { return p.hosts() * (1 + p.atOnce + p.late) }

// repeated is the time from the last VPC's findings to the late ones: GuardDuty's
// shortest publishing frequency.
const repeated = 15 * time.Minute

// deliver starts an execution for each finding at the time it arrives.
func (f *flood) deliver(ctx context.Context) error {
	at := 0
	for _, h := range f.hosts {
		if h.vpcAt != at {
			at = h.vpcAt
			if err := f.clock.Sleep(ctx, f.plan.gap); err != nil {
				return err
			}
		}
		if err := f.accuse(ctx, h, 0, 1+f.plan.atOnce); err != nil {
			return err
		}
	}
	if f.plan.late == 0 {
		return nil
	}
	if err := f.clock.Sleep(ctx, repeated); err != nil {
		return err
	}
	for _, h := range f.hosts {
		if err := f.accuse(ctx, h, 1+f.plan.atOnce, f.plan.late); err != nil {
			return err
		}
	}
	return nil
}

// accuse starts executions for n of an instance's findings.
func (f *flood) accuse(ctx context.Context, h host, from, n int) error {
	for i := from; i < from+n; i++ {
		name := fmt.Sprintf("%s-finding-%d", h.id, i+1)
		running, err := f.system.Start(ctx, wiring.Name, name, event(h, i))
		if err != nil {
			return err
		}
		f.arrived[name] = f.clock.Now()
		f.running = append(f.running, running)
	}
	return nil
}
