// Package iam is the IAM of an in-memory account: roles, their inline policies, the instance
// profiles that they are in, and users, with their access keys, policies and groups.
package iam

import (
	"cmp"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Roles are the account's roles and instance profiles, and its users with their access keys.
type Roles struct {
	service  *call.Service
	pageSize int // of lists
	*state
}

type state struct {
	roles    map[string]role   // by name
	profiles map[string]string // the name of the role that it is for, by the profile's; "" is none
	keys     map[string]key    // by id
	users    map[string]user   // by name
	groups   map[string]Group  // by name
}

// role is a role and its inline policies, by their names.
type role struct {
	id, path string
	trust    string // who may assume it, a policy document
	policies map[string]string
}

// New adds IAM, without a role, to the endpoint. pageSize is the number of what a list has on a page; 0 is 100.
func New(e *call.Endpoint, pageSize int) *Roles {
	r := &Roles{pageSize: cmp.Or(pageSize, 100), state: &state{
		roles: map[string]role{}, profiles: map[string]string{}, keys: map[string]key{}, users: map[string]user{}, groups: map[string]Group{},
	}}
	r.service = &call.Service{
		Endpoint: e, Name: "iam", ID: "IAM",
		Throttled: func(call.Call) error { return call.Fail("Throttling", "Rate exceeded") },
		Broken: func() error {
			return &types.ServiceFailureException{Message: aws.String("The request processing has failed because of an unknown error")}
		},
		Denied: func(c call.Call) error { return call.Fail("AccessDenied", "%s", e.NotAllowed(c, "iam", "*")) },
	}
	r.service.State = call.StateAt(&r.state, (*state).copy)
	return r
}

func (s *state) copy() *state {
	out := &state{roles: maps.Clone(s.roles), profiles: maps.Clone(s.profiles), keys: maps.Clone(s.keys), users: maps.Clone(s.users), groups: maps.Clone(s.groups)}
	for name, r := range out.roles {
		r.policies = maps.Clone(r.policies)
		out.roles[name] = r
	}
	for name, u := range out.users {
		u.User = u.copy()
		out.users[name] = u
	}
	return out
}

// Client has the methods of the SDK's *iam.Client that the account implements.
type Client struct{ roles *Roles }

// IAM returns a client.
func (r *Roles) IAM() *Client { return &Client{roles: r} }

// Role is a new role.
type Role struct {
	Name string
	Path string // "" is "/"
	// Trust is who may assume it, a policy document; "" is EC2, as of an instance's role.
	Trust string
	// Profile is the name of the instance profile that it is in; "" is the role's.
	Profile string
}

// AddRole creates a role, and an instance profile for it. It returns the role's id. A role of that
// name that was there before is another one. Without a name there is a profile for no role.
func (r *Roles) AddRole(of Role) (id string) {
	defer r.service.Change()()
	if of.Path == "" {
		of.Path = "/"
	}
	r.profiles[cmp.Or(of.Profile, of.Name)] = of.Name
	if of.Name == "" {
		return ""
	}
	id = "AROA" + strings.ToUpper(strings.ReplaceAll(r.service.NewUUID("role"), "-", "")[:17])
	r.roles[of.Name] = role{id: id, path: of.Path, trust: cmp.Or(of.Trust, ofInstances), policies: map[string]string{}}
	return id
}

// ofInstances is the trust policy of a role for instances.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
const ofInstances = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// HasProfile tells whether there is an instance profile of that name.
func (r *Roles) HasProfile(name string) bool {
	r.service.Lock()
	defer r.service.Unlock()
	_, there := r.profiles[name]
	return there
}

// RemoveRole deletes a role with its policies and takes it off its instance profile.
func (r *Roles) RemoveRole(name string) {
	defer r.service.Change()()
	delete(r.roles, name)
	for profile, of := range r.profiles {
		if of == name {
			r.profiles[profile] = ""
		}
	}
}

// SetPolicy makes, replaces or, with an empty document, deletes an inline policy of a role, as
// somebody does by hand.
func (r *Roles) SetPolicy(role, policy, document string) {
	defer r.service.Change()()
	if document == "" {
		delete(r.roles[role].policies, policy)
		return
	}
	r.roles[role].policies[policy] = document
}

// Policies are the inline policies of a role, by their names.
func (r *Roles) Policies(role string) map[string]string {
	r.service.Lock()
	defer r.service.Unlock()
	return maps.Clone(r.roles[role].policies)
}

// RolePolicies are the inline policies of all roles, by the role's name and id.
func (r *Roles) RolePolicies() map[string]map[string]string {
	r.service.Lock()
	defer r.service.Unlock()
	out := map[string]map[string]string{}
	for name, of := range r.roles {
		out[name+"/"+of.id] = maps.Clone(of.policies)
	}
	return out
}

// ProfileRole is the name of the role that an instance profile is for, "" if there is none.
func (r *Roles) ProfileRole(profile string) string {
	r.service.Lock()
	defer r.service.Unlock()
	return r.profiles[profile]
}

// ProfileARN is the ARN of an instance profile.
func (r *Roles) ProfileARN(name string) string { return r.arn("instance-profile", "/", name) }

// arn is an ARN of IAM's, which has no Region.
func (r *Roles) arn(kind, path, name string) string {
	parts := strings.Split(r.service.ARN("iam", kind+path+name), ":")
	parts[3] = ""
	return strings.Join(parts, ":")
}
