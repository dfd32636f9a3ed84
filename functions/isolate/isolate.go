// Package isolate cuts an instance off, by the measure in internal/measure/networkacl: it
// says which instance may be cut and whether the brake holds it, and claims only what was
// read back.
package isolate

import (
	"context"
	"log/slog"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Handler is the isolate function.
//
// Before the cut it makes two rounds of calls and the replacement: reading the
// instance, reading the ACLs of the VPC that the finding names, counting the isolation for
// the brake, reading who else is in the subnets and, of an instance in an Auto Scaling group,
// reading that go side by side, and so do the
// write-ahead and making the ACL. Everything can be repeated at any point, by a retry or by another
// execution, with the same outcome.
//
// IAM actions: ec2:DescribeInstances, ec2:DescribeNetworkAcls,
// ec2:DescribeNetworkInterfaces, autoscaling:DescribeAutoScalingGroups, ec2:CreateNetworkAcl,
// ec2:CreateTags, ec2:ReplaceNetworkAclAssociation,
// dynamodb:UpdateItem, dynamodb:PutItem, dynamodb:GetItem, dynamodb:Query,
// dynamodb:ConditionCheckItem.
//
// Failures: InstanceGone, InstanceInAnotherAccount, InstanceInAnotherRegion,
// InstanceExempt, NoSubnet, SharedNetwork, QuotaReached, AccessDenied, BrakeTripped, GroupInstead,
// Observed, LockLost, IncidentReleased and BadRequest are permanent; Throttled, Unavailable, Contended
// and NotVerified pass. After BrakeTripped, GroupInstead and Observed the incident holds nothing, and
// nothing was changed: a person is asked, the security group is to contain the instance, or what
// would have been done is told.
// After InstanceGone an incident that never held a subnet is closed.
type Handler struct {
	Accounts  Accounts
	Instances quarantine.Instances
	Beside    quarantine.NeighbourReader
	Groups    quarantine.GroupReader
	ACLs      networkacl.NetworkACLs
	Ledger    quarantine.Quarantines
	Clock     quarantine.Clock
	Log       *slog.Logger
	Meter     quarantine.Meter
}

// Accounts tells which resources can be changed. Errors: InstanceInAnotherAccount;
// InstanceInAnotherRegion.
type Accounts interface {
	Reach(r quarantine.Resource) error
}

// Request is the function's input.
type Request struct {
	// Action is Contain or Observe.
	Action    string                `json:"action,omitempty"`
	Claim     quarantine.Claim      `json:"claim"`
	Finding   quarantine.Finding    `json:"finding"`
	Verdict   quarantine.Verdict    `json:"verdict"`
	Exempt    quarantine.Exemptions `json:"exempt"`
	Limits    quarantine.Limits     `json:"limits"`
	Modes     quarantine.Modes      `json:"modes,omitzero"`
	Execution quarantine.Execution  `json:"execution"`
	// Approved says that a person has approved this cut: the brake counts it, and
	// does not hold it.
	Approved bool `json:"approved"`
	// Weighed says that this person was told whom else the cut hits: the security group does not
	// take its place.
	Weighed bool `json:"weighed"`
	// Again are the records of subnets that the incident holds and somebody has opened: they
	// are cut again, and nothing else. The other fields but Claim and Execution are empty then.
	Again []quarantine.Quarantine `json:"again,omitempty"`
}

// isolation is one invocation at work.
type isolation struct {
	*Handler
	in       Request
	instance quarantine.Instance
	cut      networkacl.Cut
	tally    tally
	looks    []look               // at who else is in the subnets, in turn
	ofGroup  map[string]groupLook // at Auto Scaling groups, by name
	warnings []string             // for people, whatever else comes of the cut
	first    bool                 // the incident was not contained before
	observes bool                 // nothing is counted or changed
}

// Handle isolates the claim's instance. See Handler for the failures.
func (h *Handler) Handle(ctx context.Context, in Request) (quarantine.Containment, error) {
	if len(in.Again) > 0 {
		return h.again(ctx, in)
	}
	c := h.isolation(in)
	done, err := c.isolate(ctx)
	h.Meter.Isolation(in.Finding, done, c.first, err)
	return done, err
}

func (h *Handler) isolation(in Request) *isolation {
	return &isolation{
		Handler: h, in: in, ofGroup: map[string]groupLook{},
		cut: networkacl.Cut{ACLs: h.ACLs, Ledger: h.Ledger, Clock: h.Clock, Log: h.Log, Claim: in.Claim},
	}
}

func (c *isolation) isolate(ctx context.Context) (quarantine.Containment, error) {
	if err := c.check(c.in); err != nil {
		return quarantine.Containment{}, err
	}
	if err := c.survey(ctx); err != nil {
		return quarantine.Containment{}, c.ifGone(ctx, err)
	}
	if err := c.brake(ctx); err != nil {
		return quarantine.Containment{}, err
	}
	if err := c.cut.Apply(ctx); err != nil {
		return quarantine.Containment{}, err
	}
	return c.confirm(ctx)
}

// check refuses what this function must not or cannot touch.
func (h *Handler) check(in Request) error {
	_, isExecution := arn.ParseExecution(in.Execution.ID)
	switch resource := in.Claim.Resource; {
	case in.Claim.Incident == "" || in.Claim.Owner == "" || resource.ID == "":
		return quarantine.Failf(quarantine.BadRequest, "the claim needs incident, owner and resource; the state machine takes them from the lock")
	case !isExecution:
		return quarantine.Failf(quarantine.BadRequest, "execution id %q is no execution's ARN", in.Execution.ID)
	default:
		return h.Accounts.Reach(resource)
	}
}

// together runs fns side by side and joins their errors.
func (h *Handler) together(fns ...func() error) error {
	return quarantine.JoinErrors(h.Clock, fns...)
}
