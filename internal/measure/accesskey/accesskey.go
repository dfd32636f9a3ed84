// Package accesskey is the measure access-key: a user's access key is inactive, and so nothing that
// is signed with it is accepted.
package accesskey

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// status is the only part. Its values are IAM's.
const (
	status   = "status"
	active   = "Active"
	inactive = "Inactive"
)

// Keys reads and changes access keys of users. Every method can fail with AccessDenied, Throttled
// or Unavailable.
type Keys interface {
	// KeyOwner is the user whose the key is, "" if it is the root user's. AccessDenied or
	// ThingGone says that IAM does not show it: it tells a key that is gone, one of another
	// account and a permission that lacks apart from each other in no case.
	KeyOwner(ctx context.Context, r quarantine.Resource) (user string, err error)
	// KeyStatus is Active, Inactive or another. ThingGone: the user has no such key, or there
	// is no such user.
	KeyStatus(ctx context.Context, r quarantine.Resource, user string) (string, error)
	// User fails with ThingGone, too.
	User(ctx context.Context, r quarantine.Resource, user string) (quarantine.User, error)
	// SetKeyStatus fails with ThingGone, too, and with Contended and NotSupported.
	SetKeyStatus(ctx context.Context, r quarantine.Resource, user, status string) error
}

// Measure is the measure over its port.
type Measure struct{ Keys Keys }

var (
	_ measure.Measure = Measure{}
	_ measure.Guarded = Measure{}
)

// Admissible refuses a key whose user the policy exempts, by its name now or its path, which no
// finding says. Of a policy that exempts no user IAM is not asked.
func (m Measure) Admissible(ctx context.Context, r quarantine.Resource, exempt quarantine.Exemptions) error {
	if len(exempt.Users) == 0 {
		return nil
	}
	name, err := m.Keys.KeyOwner(ctx, r)
	if err != nil || name == "" { // the root user's key is not changed in any case
		return err
	}
	user, err := m.Keys.User(ctx, r, name)
	if err != nil {
		return err
	}
	if why := exempt.MatchUser(user.Name, user.Path); why != "" {
		return quarantine.Failf(quarantine.UserExempt, "the access key %s must not be changed: %s (read from IAM just now)", r.ID, why)
	}
	return nil
}

// Find is the key, by its user and its id: of a key that is deleted, IAM does not say any more
// whose it was, while it says of a user which keys there are. Whose it is, IAM is asked, and not
// the finding.
func (m Measure) Find(ctx context.Context, r quarantine.Resource) (measure.Found, error) {
	user, err := m.Keys.KeyOwner(ctx, r)
	if err != nil {
		return measure.Found{}, err
	}
	h := quarantine.Hold{Measure: Info().Name, AccountID: r.AccountID, Region: r.Region, Thing: Thing(user, r.ID)}
	if user == "" {
		h.Thing, h.Note = r.ID, "it is the root user's, which nobody else can change: sign in as root"
		return measure.Found{Left: []quarantine.Hold{h}}, nil
	}
	return measure.Found{Things: []quarantine.Hold{h}}, nil
}

// Look reads the status.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	var now string
	err := m.ofOwner(ctx, h, func(r quarantine.Resource, user string) (err error) {
		now, err = m.Keys.KeyStatus(ctx, r, user)
		return err
	})
	return measure.Look{Parts: map[string]string{status: now}}, err
}

// Want is that it is inactive. A status that nobody can put back is left as it is.
func (Measure) Want(_ context.Context, _ quarantine.Hold, now measure.Look) (map[string]string, error) {
	switch now.Parts[status] {
	case active, inactive:
		return map[string]string{status: inactive}, nil
	}
	return map[string]string{}, nil
}

// Put makes it active or inactive.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, _, value string) error {
	return m.ofOwner(ctx, h, func(r quarantine.Resource, user string) error {
		return m.Keys.SetKeyStatus(ctx, r, user, value)
	})
}

// ofOwner does something about the key of the user by whose name it is on record or, where IAM does
// not find it there, by the name that the user has now: users are renamed. That the role may ask
// for that name is known since Find, so that a denial says that there is no such key.
func (m Measure) ofOwner(ctx context.Context, h quarantine.Hold, do func(r quarantine.Resource, user string) error) error {
	user, id := named(h)
	r := quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: h.AccountID, Region: h.Region, ID: id}
	err := do(r, user)
	if !quarantine.Is(err, quarantine.ThingGone) {
		return err
	}
	now, asked := m.Keys.KeyOwner(ctx, r)
	switch {
	case quarantine.Is(asked, quarantine.AccessDenied), quarantine.Is(asked, quarantine.ThingGone), asked == nil && (now == user || now == ""):
		return err
	case asked != nil:
		return asked
	}
	return do(r, now)
}

// named are the user's name, which has no slash, and the key's id.
func named(h quarantine.Hold) (user, id string) {
	user, id, found := strings.Cut(h.Thing, "/")
	if !found {
		return "", h.Thing
	}
	return user, id
}
