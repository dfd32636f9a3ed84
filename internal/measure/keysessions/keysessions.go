// Package keysessions is the measure key-sessions: the user of a compromised access key is denied
// everything for temporary sessions, such as those that the key was used to get. IAM does not tell
// which key of a user a session was got with: those of the user's other keys, and of the user's
// sign-in to the console, are denied with them. What is signed with a key itself is not: that is
// for the measure access-key. It is one inline policy of the user a key, its name the key.
package keysessions

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The one part of a thing that is changed, and its values: there is no policy of the name, it
// denies temporary sessions, or it is something else, which is known by its hash.
const (
	part    = "policy"
	none    = "none"
	denies  = "deny for temporary sessions"
	another = "another, SHA-256 "
)

// document denies everything to requests that are signed with temporary credentials: the time at
// which those were issued is in the context of such requests, and of no other.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tokenissuetime
// What a user is denied, sessions of GetSessionToken and GetFederationToken are denied, too.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
const document = `{"Version":"2012-10-17","Statement":[{"Sid":"QuarantinedSessions","Effect":"Deny","Action":"*","Resource":"*",` +
	`"Condition":{"Null":{"aws:TokenIssueTime":"false"}}}]}`

// Users reads users and changes their policies. Every method can fail with AccessDenied, Throttled
// or Unavailable.
type Users interface {
	// KeyOwner is the user whose the key is, "" if it is the root user's. AccessDenied or
	// ThingGone says that IAM does not show the key, whatever the reason.
	KeyOwner(ctx context.Context, r quarantine.Resource) (user string, err error)
	// User is the user of that name now. Errors: ThingGone.
	User(ctx context.Context, r quarantine.Resource, name string) (quarantine.User, error)
	// UserPolicy is an inline policy's document, or "".
	UserPolicy(ctx context.Context, r quarantine.Resource, user, policy string) (string, error)
	// PutUserPolicy makes or replaces one. Errors: Contended if the user is gone; QuotaReached.
	PutUserPolicy(ctx context.Context, r quarantine.Resource, user, policy, document string) error
	// DeleteUserPolicy deletes one; nil if there is none.
	DeleteUserPolicy(ctx context.Context, r quarantine.Resource, user, policy string) error
}

// Measure is the measure over its port.
type Measure struct{ Users Users }

var _ measure.Measure = Measure{}

// Find is the user whose the key is, for this key. Whose it is, IAM is asked, and not the finding.
func (m Measure) Find(ctx context.Context, r quarantine.Resource) (measure.Found, error) {
	name, err := m.Users.KeyOwner(ctx, r)
	if err != nil {
		return measure.Found{}, err
	}
	h := quarantine.Hold{Measure: Info().Name, AccountID: r.AccountID, Region: r.Region}
	if name == "" {
		h.Thing, h.Note = r.ID, "it is the root user's, whose sessions no policy of the account denies: sign in as root"
		return measure.Found{Left: []quarantine.Hold{h}}, nil
	}
	user, err := m.Users.User(ctx, r, name)
	if err != nil {
		return measure.Found{}, err
	}
	h.Thing = measure.InlinePolicy{Owner: user.Name, OwnerID: user.ID, Resource: r.ID}.String()
	return measure.Found{Things: []quarantine.Hold{h}}, nil
}

// name is the one that the held user has now: users are renamed, and their names are used again.
// For the new name the key is asked; with the key deleted, too, the user is not found any more.
func (m Measure) name(ctx context.Context, h quarantine.Hold) (string, error) {
	t := measure.InlinePolicyOf(h)
	is := func(name string) (bool, error) {
		user, err := m.Users.User(ctx, t.For(quarantine.KindAccessKey, h), name)
		if quarantine.Is(err, quarantine.ThingGone) {
			return false, nil
		}
		return err == nil && user.ID == t.OwnerID, err
	}
	if same, err := is(t.Owner); same || err != nil {
		return t.Owner, err
	}
	now, err := m.Users.KeyOwner(ctx, t.For(quarantine.KindAccessKey, h))
	if err != nil && !quarantine.Is(err, quarantine.AccessDenied) && !quarantine.Is(err, quarantine.ThingGone) {
		return "", err
	}
	if err == nil && now != "" {
		if same, err := is(now); same || err != nil {
			return now, err
		}
	}
	return "", quarantine.Failf(quarantine.ThingGone, "the user %s with the id %s does not exist any more", t.Owner, t.OwnerID)
}

// Look reads the policy.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	t := measure.InlinePolicyOf(h)
	user, err := m.name(ctx, h)
	if err != nil {
		return measure.Look{}, err
	}
	stands, err := m.Users.UserPolicy(ctx, t.For(quarantine.KindAccessKey, h), user, t.Name())
	if err != nil {
		return measure.Look{}, err
	}
	value := another + measure.PolicyHash(stands)
	switch {
	case stands == "":
		value = none
	case measure.SamePolicy(stands, document):
		value = denies
	}
	return measure.Look{Parts: map[string]string{part: value}}, nil
}

// Want is the Deny. What is there by that name and was never put by the product is not overwritten:
// nobody could put it back.
func (Measure) Want(_ context.Context, h quarantine.Hold, now measure.Look) (map[string]string, error) {
	if h.Parts[part].Before == nil && strings.HasPrefix(now.Parts[part], another) {
		t := measure.InlinePolicyOf(h)
		return nil, quarantine.Failf(quarantine.NameTaken, "the user %s has a policy %s that is not the product's (%s): remove it, or give it another name",
			t.Owner, t.Name(), now.Parts[part])
	}
	return map[string]string{part: denies}, nil
}

// Put puts the Deny, or deletes the policy.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, _, value string) error {
	t := measure.InlinePolicyOf(h)
	if value != denies && value != none {
		return quarantine.Failf(quarantine.NotReleased, "what the policy %s of the user %s said is not known", t.Name(), t.Owner)
	}
	user, err := m.name(ctx, h)
	if err != nil {
		return err
	}
	if value == denies {
		return m.Users.PutUserPolicy(ctx, t.For(quarantine.KindAccessKey, h), user, t.Name(), document)
	}
	return m.Users.DeleteUserPolicy(ctx, t.For(quarantine.KindAccessKey, h), user, t.Name())
}
