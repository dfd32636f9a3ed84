// Package rolesessions is the measure role-sessions: the role of a compromised instance is denied
// everything for the sessions of that instance alone, wherever their credentials are used. Others
// that have the role go on. It is one inline policy of the role an instance, its name the key.
package rolesessions

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The one part of a thing that is changed, and its values: there is no policy of the name, it
// denies the instance with that ARN, or it is something else, which is known by its hash.
const (
	part    = "policy"
	none    = "none"
	denies  = "deny for "
	another = "another, SHA-256 "
)

// Instances describes instances. Errors: InstanceGone, AccessDenied, Throttled, Unavailable.
type Instances interface {
	Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error)
}

// Roles reads and changes roles. Every method can fail with AccessDenied, Throttled or
// Unavailable; a change also with NotSupported, where AWS alone changes the role.
type Roles interface {
	// ProfileRole is the role of an instance profile, by its ARN. Errors: ThingGone if there is no
	// such profile, or no role in it.
	ProfileRole(ctx context.Context, r quarantine.Resource, profile string) (quarantine.Role, error)
	// Role is the role of that name now. Errors: ThingGone.
	Role(ctx context.Context, r quarantine.Resource, name string) (quarantine.Role, error)
	// RolePolicy is an inline policy's document, or "".
	RolePolicy(ctx context.Context, r quarantine.Resource, role, policy string) (string, error)
	// PutRolePolicy makes or replaces one. Errors: Contended if the role is gone; QuotaReached.
	PutRolePolicy(ctx context.Context, r quarantine.Resource, role, policy, document string) error
	// DeleteRolePolicy deletes one; nil if there is none.
	DeleteRolePolicy(ctx context.Context, r quarantine.Resource, role, policy string) error
}

// Measure is the measure over its ports.
type Measure struct {
	Instances Instances
	Roles     Roles
}

var _ measure.Measure = Measure{}

// Find is the role of the instance's profile, for this instance. What it had before stays held:
// credentials that were issued for it work on.
func (m Measure) Find(ctx context.Context, r quarantine.Resource) (measure.Found, error) {
	i, err := m.Instances.Instance(ctx, r)
	if err != nil {
		return measure.Found{}, err
	}
	if i.ProfileARN == "" {
		return measure.Found{Nothing: r.ID + " has no instance profile, and so no credentials of a role are issued to it"}, nil
	}
	role, err := m.Roles.ProfileRole(ctx, r, i.ProfileARN)
	if quarantine.Is(err, quarantine.ThingGone) {
		return measure.Found{Nothing: "no credentials of a role are issued to " + r.ID + ": " + err.Error()}, nil
	}
	if err != nil {
		return measure.Found{}, err
	}
	return measure.Found{Things: []quarantine.Hold{{
		Measure: Info().Name, AccountID: r.AccountID, Region: r.Region, Thing: measure.InlinePolicy{Owner: role.Name, OwnerID: role.ID, Resource: r.ID}.String(),
	}}}, nil
}

// Look reads the policy, and whether the role is the one that is held.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	t := measure.InlinePolicyOf(h)
	role, err := m.Roles.Role(ctx, t.For(quarantine.KindInstance, h), t.Owner)
	if err != nil {
		return measure.Look{}, err
	}
	if role.ID != t.OwnerID {
		return measure.Look{}, quarantine.Failf(quarantine.ThingGone, "the role %s with the id %s does not exist any more: its name is another role's now", t.Owner, t.OwnerID)
	}
	document, err := m.Roles.RolePolicy(ctx, t.For(quarantine.KindInstance, h), t.Owner, t.Name())
	if err != nil {
		return measure.Look{}, err
	}
	arn := instanceARN(role, h, t)
	value := another + measure.PolicyHash(document)
	switch {
	case document == "":
		value = none
	case measure.SamePolicy(document, denial(t, arn)):
		value = denies + arn
	}
	return measure.Look{Parts: map[string]string{part: value, roleARN: role.ARN}}, nil
}

// roleARN is what a look shows of the role beside the part, for Want: it has the partition.
const roleARN = "role"

// instanceARN is in the partition of the role.
func instanceARN(role quarantine.Role, h quarantine.Hold, t measure.InlinePolicy) string {
	_, rest, _ := strings.Cut(role.ARN, ":")
	partition, _, _ := strings.Cut(rest, ":")
	return strings.Join([]string{"arn", partition, "ec2", h.Region, h.AccountID, "instance/" + t.Resource}, ":")
}

// Want is the Deny. What is there by that name and was never put by the product is not overwritten:
// nobody could put it back.
func (m Measure) Want(_ context.Context, h quarantine.Hold, now measure.Look) (map[string]string, error) {
	t := measure.InlinePolicyOf(h)
	if h.Parts[part].Before == nil && strings.HasPrefix(now.Parts[part], another) {
		return nil, quarantine.Failf(quarantine.NameTaken, "the role %s has a policy %s that is not the product's (%s): remove it, or give it another name",
			t.Owner, t.Name(), now.Parts[part])
	}
	return map[string]string{part: denies + instanceARN(quarantine.Role{ARN: now.Parts[roleARN]}, h, t)}, nil
}

// Put puts the Deny, or deletes the policy.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, _, value string) error {
	t := measure.InlinePolicyOf(h)
	if arn, deny := strings.CutPrefix(value, denies); deny {
		return m.Roles.PutRolePolicy(ctx, t.For(quarantine.KindInstance, h), t.Owner, t.Name(), denial(t, arn))
	}
	if value != none {
		return quarantine.Failf(quarantine.NotReleased, "what the policy %s of the role %s said is not known", t.Name(), t.Owner)
	}
	return m.Roles.DeleteRolePolicy(ctx, t.For(quarantine.KindInstance, h), t.Owner, t.Name())
}
