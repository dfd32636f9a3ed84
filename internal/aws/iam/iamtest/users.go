package iamtest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Users is an account with the user bob of the path /ops/, bounded by the first of the managed
// policies, who has both of them, a key, Inline, Tags, and the groups dev, which has nothing, and
// ops, which has the inline policies deploy and look, and both managed ones. The user carol has
// nothing.
type Users struct {
	API       iam.API
	AccountID string
	Managed   [2]string // ARNs
	Key       string
	Differs   moto.Differences
}

// Inline are bob's inline policies, and Tags the tags.
var (
	Inline = map[string]string{"own": document("a b+c%20é"), "s3": document("another")}
	Tags   = map[string]string{"team": "ops", "since": "2026"}
)

var here = quarantine.Resource{Kind: quarantine.KindAccessKey, Region: "us-east-1"}

// UsersContract runs the contract of reading users.
func UsersContract(t *testing.T, newUsers func(t *testing.T) Users) {
	for name, test := range map[string]func(*testing.T, Users, *iam.Client){
		"a user is described":                       isDescribed,
		"what a user may do is listed":              isListed,
		"of a user who has nothing nothing is":      hasNothing,
		"a user's keys are listed with their dates": listsKeys,
		"who does not exist is gone":                isGone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newUsers(t)
			test(t, env, iam.New(env.API))
		})
	}
}

func isDescribed(t *testing.T, env Users, c *iam.Client) {
	got, err := c.User(t.Context(), here, "bob")
	wantName(t, err, "")
	if got.ID == "" || got.CreatedAt.IsZero() || got.CreatedAt.Location() != time.UTC {
		t.Errorf("the user is %+v", got)
	}
	want := quarantine.User{
		Name: "bob", Path: "/ops/", ARN: "arn:aws:iam::" + env.AccountID + ":user/ops/bob", Boundary: env.Managed[0],
		ID: got.ID, CreatedAt: got.CreatedAt,
	}
	if env.Differs.Has(t, moto.NoUserBoundary) {
		want.Boundary = ""
	}
	if got != want {
		t.Errorf("the user is %+v, want %+v", got, want)
	}
	tags, err := c.UserTags(t.Context(), here, "bob")
	wantName(t, err, "")
	if diff := cmp.Diff(Tags, tags); diff != "" {
		t.Errorf("the tags (-want +got):\n%s", diff)
	}
}

// lists are the texts that are listed of a user or a group.
func lists(t *testing.T, c *iam.Client, of string) map[string]func() ([]string, error) {
	return map[string]func() ([]string, error){
		"inline policies":           func() ([]string, error) { return c.UserPolicies(t.Context(), here, of) },
		"managed policies":          func() ([]string, error) { return c.AttachedUserPolicies(t.Context(), here, of) },
		"groups":                    func() ([]string, error) { return c.UserGroups(t.Context(), here, of) },
		"inline policies of group":  func() ([]string, error) { return c.GroupPolicies(t.Context(), here, of) },
		"managed policies of group": func() ([]string, error) { return c.AttachedGroupPolicies(t.Context(), here, of) },
	}
}

func isListed(t *testing.T, env Users, c *iam.Client) {
	managed := slices.Sorted(slices.Values(env.Managed[:]))
	user, group := lists(t, c, "bob"), lists(t, c, "ops")
	for what, of := range map[string]struct {
		list func() ([]string, error)
		want []string
	}{
		"inline policies":           {user["inline policies"], []string{"own", "s3"}},
		"managed policies":          {user["managed policies"], managed},
		"groups":                    {user["groups"], []string{"dev", "ops"}},
		"inline policies of group":  {group["inline policies of group"], []string{"deploy", "look"}},
		"managed policies of group": {group["managed policies of group"], managed},
	} {
		got, err := of.list()
		wantName(t, err, "")
		slices.Sort(got)
		if !slices.Equal(got, of.want) {
			t.Errorf("%s: %v, want %v", what, got, of.want)
		}
	}
	for name, want := range Inline {
		if got, err := c.UserPolicy(t.Context(), here, "bob", name); err != nil || got != want {
			t.Errorf("the policy %s is %s (%v), want %s", name, got, err, want)
		}
	}
}

func hasNothing(t *testing.T, _ Users, c *iam.Client) {
	user, group := lists(t, c, "carol"), lists(t, c, "dev")
	for what, list := range user {
		if strings.HasSuffix(what, "of group") {
			list = group[what]
		}
		if got, err := list(); err != nil || got == nil || len(got) > 0 {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	if tags, err := c.UserTags(t.Context(), here, "carol"); err != nil || len(tags) > 0 {
		t.Errorf("the tags are %v, %v", tags, err)
	}
	if keys, err := c.UserKeys(t.Context(), here, "carol"); err != nil || len(keys) > 0 {
		t.Errorf("the keys are %v, %v", keys, err)
	}
	if got, err := c.UserPolicy(t.Context(), here, "carol", "own"); err != nil || got != "" {
		t.Errorf("the policy is %q, %v", got, err)
	}
}

func listsKeys(t *testing.T, env Users, c *iam.Client) {
	keys, err := c.UserKeys(t.Context(), here, "bob")
	wantName(t, err, "")
	if len(keys) != 1 || keys[0].CreatedAt.IsZero() || keys[0] != (quarantine.UserKey{ID: env.Key, Status: "Active", CreatedAt: keys[0].CreatedAt}) {
		t.Errorf("the keys are %+v", keys)
	}
	use, err := c.KeyUse(t.Context(), here, env.Key)
	wantName(t, err, "")
	if use != (quarantine.KeyUse{User: "bob"}) {
		t.Errorf("of a key that was not used, the use is %+v", use)
	}
}

func isGone(t *testing.T, _ Users, c *iam.Client) {
	for _, list := range lists(t, c, "nobody") {
		_, err := list()
		wantName(t, err, quarantine.ThingGone)
	}
	_, err := c.User(t.Context(), here, "nobody")
	wantName(t, err, quarantine.ThingGone)
	_, err = c.UserTags(t.Context(), here, "nobody")
	wantName(t, err, quarantine.ThingGone)
	_, err = c.UserKeys(t.Context(), here, "nobody")
	wantName(t, err, quarantine.ThingGone)
	document, err := c.UserPolicy(t.Context(), here, "nobody", "own")
	wantName(t, err, "")
	if document != "" {
		t.Errorf("nobody's policy is %s", document)
	}
}
