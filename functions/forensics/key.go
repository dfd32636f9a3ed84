package forensics

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Names of artifacts of an access key.
const (
	artifactKey          = "access-key"
	artifactKeyUse       = "access-key-last-used"
	artifactOtherKeys    = "other-access-keys"
	artifactUser         = "user"
	artifactUserTags     = "user-tags"
	artifactUserPolicies = "user-policies"
	artifactUserAttached = "user-attached-policies"
	artifactUserGroups   = "user-groups"
)

// keyManifest is the manifest of an access key.
type keyManifest struct {
	*manifest
	users   quarantine.UserReader
	r       quarantine.Resource
	missing bool  // something that there is, or may be, is not kept
	passing error // the last failure to read that passes by itself
}

// gone is kept in place of what IAM does not have any more: that is evidence, too.
type gone struct {
	Name   string `json:"name"`
	Exists bool   `json:"exists"`
	Said   string `json:"said"` // by IAM
}

// key keeps what IAM has of an access key and of what its user may do. It only reads, and so there
// is nothing to wait for: the evidence is complete at once or, where something could not be read
// or kept, failed at once. A failure that passes is returned, for the state to try again: what is
// kept by then stays as it is.
func (h *Handler) key(ctx context.Context, in Request) (Evidence, error) {
	k := &keyManifest{manifest: h.manifest(ctx, in, []quarantine.Snapshot{}), users: h.Users, r: in.Resource}
	use, err := k.users.KeyUse(ctx, k.r, k.r.ID)
	user := use.User
	switch {
	case quarantine.Passes(err): // whose it is is not known, and what is kept of anybody else would stay
		k.passing = err
	case err != nil && in.Finding.Key != nil:
		user = in.Finding.Key.User
	}
	switch {
	case k.passing == nil && user != "":
		k.whole(ctx, user, use, err)
	case k.passing == nil:
		k.kept(ctx, artifactKeyUse, use, err)
		k.could("what the key may do", quarantine.Failf(quarantine.NotSupported, "it is of no user that is known: it is the root user's, or IAM does not show it"))
	}
	if k.passing != nil {
		k.event(ctx, quarantine.EventEvidenceNotTaken, in, k.passing.Error())
		return Evidence{}, k.passing
	}
	kind := quarantine.EventEvidenceComplete
	k.evidence.Status = quarantine.EvidenceComplete
	if k.missing {
		kind, k.evidence.Status = quarantine.EventEvidenceFailed, quarantine.EvidenceStatusFailed
	}
	k.event(ctx, kind, in, fmt.Sprintf("artifacts of %s that are kept: %d", in.Resource.ID, len(k.evidence.Artifacts)))
	return k.evidence, nil
}

// whole keeps everything of the key and its user. IAM does not say of a key that it is gone: that
// the user's keys do not have it says so.
func (k *keyManifest) whole(ctx context.Context, user string, use quarantine.KeyUse, useErr error) {
	if isGone := k.keys(ctx, user); isGone && useErr != nil {
		k.kept(ctx, artifactKeyUse, gone{Name: k.r.ID, Said: useErr.Error()}, nil)
	} else {
		k.kept(ctx, artifactKeyUse, use, useErr)
	}
	u, err := k.users.User(ctx, k.r, user)
	if quarantine.Is(err, quarantine.ThingGone) { // and what it had with it
		k.kept(ctx, artifactUser, gone{Name: user, Said: err.Error()}, nil)
		return
	}
	k.kept(ctx, artifactUser, u, err)
	tags, err := k.users.UserTags(ctx, k.r, user)
	k.kept(ctx, artifactUserTags, tags, err)
	k.policies(ctx, user)
	attached, err := k.users.AttachedUserPolicies(ctx, k.r, user)
	k.kept(ctx, artifactUserAttached, attached, err)
	k.groups(ctx, user)
}

// keys keeps the key, and the user's other ones with their last use. It tells whether the key is gone.
func (k *keyManifest) keys(ctx context.Context, user string) (isGone bool) {
	type otherKey struct {
		quarantine.UserKey
		LastUse *quarantine.KeyUse `json:"lastUse"` // null is not known
	}
	all, err := k.users.UserKeys(ctx, k.r, user)
	at := slices.IndexFunc(all, func(one quarantine.UserKey) bool { return one.ID == k.r.ID })
	switch {
	case quarantine.Is(err, quarantine.ThingGone):
		k.kept(ctx, artifactKey, gone{Name: k.r.ID, Said: err.Error()}, nil)
		return true
	case err != nil:
		k.kept(ctx, artifactKey, nil, err)
		k.kept(ctx, artifactOtherKeys, nil, err)
		return false
	case at < 0:
		k.kept(ctx, artifactKey, gone{Name: k.r.ID, Said: "the user " + user + " has no such key"}, nil)
	default:
		k.kept(ctx, artifactKey, all[at], nil)
	}
	others := []otherKey{}
	for i, one := range all {
		if i == at {
			continue
		}
		other := otherKey{UserKey: one}
		if use, err := k.users.KeyUse(ctx, k.r, one.ID); k.could("the last use of "+one.ID, err) {
			other.LastUse = &use
		}
		others = append(others, other)
	}
	k.kept(ctx, artifactOtherKeys, others, nil)
	return at < 0
}

// policies keeps the user's inline policies as IAM has them.
func (k *keyManifest) policies(ctx context.Context, user string) {
	type policy struct {
		Name     string  `json:"name"`
		Document *string `json:"document"` // null is not known, and "" that it was deleted meanwhile
	}
	names, err := k.users.UserPolicies(ctx, k.r, user)
	out := []policy{}
	for _, name := range names {
		p := policy{Name: name}
		if document, err := k.users.UserPolicy(ctx, k.r, user, name); k.could("the policy "+name+" of "+user, err) {
			p.Document = &document
		}
		out = append(out, p)
	}
	k.kept(ctx, artifactUserPolicies, out, err)
}

// groups keeps the user's groups, with what they let it do.
func (k *keyManifest) groups(ctx context.Context, user string) {
	type group struct {
		Name     string   `json:"name"`
		Policies []string `json:"policies"` // null is not known, and so it is of the attached ones
		Attached []string `json:"attachedPolicies"`
	}
	names, err := k.users.UserGroups(ctx, k.r, user)
	out := []group{}
	for _, name := range names {
		g := group{Name: name}
		var err error
		g.Policies, err = k.users.GroupPolicies(ctx, k.r, name)
		k.could("the inline policies of the group "+name, err)
		g.Attached, err = k.users.AttachedGroupPolicies(ctx, k.r, name)
		k.could("the managed policies of the group "+name, err)
		out = append(out, g)
	}
	k.kept(ctx, artifactUserGroups, out, err)
}

// kept keeps an artifact, and notes it where it could not.
func (k *keyManifest) kept(ctx context.Context, name string, v any, err error) {
	if !k.json(ctx, name, v, err) {
		k.notes(err)
	}
}

// could tells whether a part of an artifact could be read, and notes it where it could not.
func (k *keyManifest) could(what string, err error) bool {
	if err != nil {
		k.problem(fmt.Sprintf("%s is not known: %v", what, err))
		k.notes(err)
	}
	return err == nil
}

func (k *keyManifest) notes(err error) {
	k.missing = true
	if quarantine.Passes(err) {
		k.passing = err
	}
}
