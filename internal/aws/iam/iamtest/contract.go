// Package iamtest is the contract of the IAM adapter, checked with an in-memory account and with
// a real endpoint.
package iamtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account with a role in an instance profile, and an instance profile without one.
type Env struct {
	API            iam.API
	AccountID      string
	Role           string // its name
	Profile, Empty string // ARNs of instance profiles
	Differs        moto.Differences
}

const policy = "ec2-quarantine-i-0a1b2c3d4e5f60718"

// Contract runs the contract.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	for name, run := range map[string]func(*testing.T, Env, *iam.Client){
		"a profile's role is the role itself":           rolesOfProfiles,
		"what does not exist is told apart":             missing,
		"a policy is read as it was put, until it goes": putsAndDeletes,
		"a role has room for so much":                   isFull,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			run(t, env, iam.New(env.API))
		})
	}
}

func rolesOfProfiles(t *testing.T, env Env, c *iam.Client) {
	of, err := c.ProfileRole(t.Context(), quarantine.Resource{}, env.Profile)
	wantName(t, err, "")
	same, err := c.Role(t.Context(), quarantine.Resource{}, env.Role)
	wantName(t, err, "")
	if of.Name != env.Role || !strings.HasPrefix(of.ID, "AROA") || of.ARN != "arn:aws:iam::"+env.AccountID+":role/"+env.Role || of != same {
		t.Errorf("the profile's role is %+v, and by its name it is %+v", of, same)
	}
}

func missing(t *testing.T, env Env, c *iam.Client) {
	none := quarantine.Resource{}
	for _, profile := range []string{env.Empty, env.Profile + "-gone"} {
		_, err := c.ProfileRole(t.Context(), none, profile)
		wantName(t, err, quarantine.ThingGone)
	}
	_, err := c.Role(t.Context(), none, "gone")
	wantName(t, err, quarantine.ThingGone)
	wantName(t, c.PutRolePolicy(t.Context(), none, "gone", policy, document("a")), quarantine.Contended)
	for _, role := range []string{env.Role, "gone"} {
		is(t, c, role, "")
		wantName(t, c.DeleteRolePolicy(t.Context(), none, role, policy), "")
	}
}

func putsAndDeletes(t *testing.T, env Env, c *iam.Client) {
	for _, d := range []string{document("a b+c%20é"), document("another"), document("another")} {
		wantName(t, c.PutRolePolicy(t.Context(), quarantine.Resource{}, env.Role, policy, d), "")
		is(t, c, env.Role, d)
	}
	wantName(t, c.DeleteRolePolicy(t.Context(), quarantine.Resource{}, env.Role, policy), "")
	is(t, c, env.Role, "")
}

func isFull(t *testing.T, env Env, c *iam.Client) {
	if env.Differs.Has(t, moto.NoLimitOfPolicies) {
		return
	}
	for n, want := range []string{"", "", quarantine.QuotaReached} {
		wantName(t, c.PutRolePolicy(t.Context(), quarantine.Resource{}, env.Role, fmt.Sprint(policy, n), Half()), want)
	}
	is(t, c, env.Role, "")
}

// Half is a policy of which a role has room for two.
func Half() string { return document(strings.Repeat("x", 4900)) }

// document is a policy, as IAM takes it.
func document(sid string) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": map[string]any{"StringEquals": map[string]string{"aws:userId": sid}},
	}}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func is(t *testing.T, c *iam.Client, role, want string) {
	t.Helper()
	got, err := c.RolePolicy(t.Context(), quarantine.Resource{}, role, policy)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the document of the policy (-want +got):\n%s", diff)
	}
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name && (err != nil || name != "") {
		t.Errorf("the error is %q (%v), want %q", got, err, name)
	}
}
