package iam

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// User is a user, with what it may do.
type User struct {
	Name             string
	Path             string    // "" is "/"
	PasswordLastUsed time.Time // zero: it has none
	Boundary         string    // the ARN of a policy
	Tags             map[string]string
	Policies         map[string]string // the documents of inline policies, by name
	Attached         []string          // ARNs of managed policies
	Groups           []string          // names
}

// Group is a group of users.
type Group struct {
	Name     string
	Policies []string // names of inline policies
	Attached []string // ARNs of managed policies
}

type user struct {
	User
	id      string
	created time.Time
}

// AddUser creates a user, and returns the id. A user of that name that was there before is
// another one.
func (r *Roles) AddUser(of User) (id string) {
	defer r.service.Change()()
	return r.addUser(of)
}

func (r *Roles) addUser(of User) (id string) {
	if of.Path == "" {
		of.Path = "/"
	}
	of = of.copy()
	id = "AIDA" + strings.ToUpper(strings.ReplaceAll(r.service.NewUUID("user"), "-", "")[:17])
	r.users[of.Name] = user{User: of, id: id, created: r.service.Now()}
	return id
}

func (u User) copy() User {
	u.Tags, u.Attached, u.Groups = maps.Clone(u.Tags), slices.Clone(u.Attached), slices.Clone(u.Groups)
	policies := map[string]string{}
	maps.Copy(policies, u.Policies)
	u.Policies = policies
	return u
}

// RemoveUser deletes a user with its keys, as somebody else does.
func (r *Roles) RemoveUser(name string) {
	defer r.service.Change()()
	delete(r.users, name)
	maps.DeleteFunc(r.keys, func(_ string, k key) bool { return k.User == name })
}

// RenameUser gives a user another name, as somebody else does.
func (r *Roles) RenameUser(from, to string) {
	defer r.service.Change()()
	of := r.users[from]
	of.Name = to
	delete(r.users, from)
	r.users[to] = of
	for id, k := range r.keys {
		if k.User == from {
			k.User = to
			r.keys[id] = k
		}
	}
}

// SetUserPolicy makes, replaces or, with an empty document, deletes an inline policy of a user, as
// somebody does by hand.
func (r *Roles) SetUserPolicy(user, policy, document string) {
	defer r.service.Change()()
	if document == "" {
		delete(r.users[user].Policies, policy)
		return
	}
	r.users[user].Policies[policy] = document
}

// UserPolicies are the inline policies of a user, by their names.
func (r *Roles) UserPolicies(user string) map[string]string {
	r.service.Lock()
	defer r.service.Unlock()
	return maps.Clone(r.users[user].Policies)
}

// PoliciesOfUsers are the inline policies of all users, by the user's name and id.
func (r *Roles) PoliciesOfUsers() map[string]map[string]string {
	r.service.Lock()
	defer r.service.Unlock()
	out := map[string]map[string]string{}
	for name, of := range r.users {
		out[name+"/"+of.id] = maps.Clone(of.Policies)
	}
	return out
}

// AddUserGroup creates a group of users.
func (r *Roles) AddUserGroup(of Group) {
	defer r.service.Change()()
	r.groups[of.Name] = of
}
