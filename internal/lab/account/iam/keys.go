package iam

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// key is an access key.
type key struct {
	User    string // "" is the root user
	Status  types.StatusType
	created time.Time
	used    KeyUse
}

// KeyUse is when and where a key was used last.
type KeyUse struct {
	At              time.Time
	Region, Service string
}

// AddAccessKey creates an active access key of a user, who is created where there is none of that
// name, or of the root user where that is "", and returns its id.
func (r *Roles) AddAccessKey(user string) string {
	defer r.service.Change()()
	id := "AKIA" + strings.ToUpper(strings.ReplaceAll(r.service.NewUUID("access key"), "-", ""))[:16]
	r.addKey(user, id)
	return id
}

// AddKnownKey is AddAccessKey of a key whose id is known, if there is none of that id.
func (r *Roles) AddKnownKey(user, id string) {
	defer r.service.Change()()
	r.addKey(user, id)
}

func (r *Roles) addKey(user, id string) {
	if _, there := r.users[user]; !there && user != "" {
		r.addUser(User{Name: user})
	}
	if _, there := r.keys[id]; !there {
		r.keys[id] = key{User: user, Status: types.StatusTypeActive, created: r.service.Now()}
	}
}

// KeyStates are the attributes of every key that a measure can change, by the names of user and key
// as the ledger has them.
func (r *Roles) KeyStates() map[string]map[string]string {
	r.service.Lock()
	defer r.service.Unlock()
	out := map[string]map[string]string{}
	for id, k := range r.keys {
		out[strings.TrimPrefix(k.User+"/"+id, "/")] = map[string]string{"status": string(k.Status)}
	}
	return out
}

// DeleteAccessKey deletes a key, as somebody else does.
func (r *Roles) DeleteAccessKey(id string) {
	defer r.service.Change()()
	delete(r.keys, id)
}

// SetAccessKey gives a key a status, as somebody else does.
func (r *Roles) SetAccessKey(id, status string) {
	defer r.service.Change()()
	k := r.keys[id]
	k.Status = types.StatusType(status)
	r.keys[id] = k
}

// UseAccessKey has a key be used, as AWS notes it.
func (r *Roles) UseAccessKey(id string, use KeyUse) {
	defer r.service.Change()()
	k := r.keys[id]
	k.used = use
	r.keys[id] = k
}

// AccessKey is the status of a key, "" if there is none.
func (r *Roles) AccessKey(id string) string {
	r.service.Lock()
	defer r.service.Unlock()
	return string(r.keys[id].Status)
}

var getAccessKeyLastUsed = call.Operation{Name: "GetAccessKeyLastUsed", Needs: []string{"AccessKeyId"}}

// GetAccessKeyLastUsed follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
//
// Of a key that the account does not have, AWS says that the caller may not see it, whatever the
// caller may do: the API documents no error of its own.
func (c *Client) GetAccessKeyLastUsed(ctx context.Context, in *iam.GetAccessKeyLastUsedInput, _ ...func(*iam.Options)) (*iam.GetAccessKeyLastUsedOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, getAccessKeyLastUsed, in, func(in *iam.GetAccessKeyLastUsedInput) (*iam.GetAccessKeyLastUsedOutput, error) {
		k, ok := r.keys[*in.AccessKeyId]
		if !ok {
			return nil, call.Fail("AccessDenied", "User: %s is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key %s",
				r.service.Identity(call.CallerOf(ctx)), *in.AccessKeyId)
		}
		out := &iam.GetAccessKeyLastUsedOutput{AccessKeyLastUsed: &types.AccessKeyLastUsed{Region: aws.String("N/A"), ServiceName: aws.String("N/A")}}
		if !k.used.At.IsZero() {
			out.AccessKeyLastUsed = &types.AccessKeyLastUsed{LastUsedDate: &k.used.At, Region: &k.used.Region, ServiceName: &k.used.Service}
		}
		if k.User != "" {
			out.UserName = aws.String(k.User)
		}
		return out, nil
	})
}

var listAccessKeys = ofUser("ListAccessKeys")

// ListAccessKeys follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
func (c *Client) ListAccessKeys(ctx context.Context, in *iam.ListAccessKeysInput, _ ...func(*iam.Options)) (*iam.ListAccessKeysOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, listAccessKeys, in, func(in *iam.ListAccessKeysInput) (*iam.ListAccessKeysOutput, error) {
		if _, err := r.user(*in.UserName); err != nil {
			return nil, err
		}
		var all []types.AccessKeyMetadata
		for _, id := range slices.Sorted(maps.Keys(r.keys)) {
			if k := r.keys[id]; k.User == *in.UserName {
				all = append(all, types.AccessKeyMetadata{AccessKeyId: aws.String(id), Status: k.Status, UserName: in.UserName, CreateDate: aws.Time(k.created)})
			}
		}
		part, next, err := page(r, all, in.Marker)
		return &iam.ListAccessKeysOutput{AccessKeyMetadata: part, Marker: next, IsTruncated: next != nil}, err
	})
}

var updateAccessKey = call.Operation{Name: "UpdateAccessKey", Mutating: true, Needs: []string{"AccessKeyId", "Status"}, Reads: []string{"UserName"}}

// UpdateAccessKey follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
//
// It does not implement a call without UserName, which is about the caller's own keys.
func (c *Client) UpdateAccessKey(ctx context.Context, in *iam.UpdateAccessKeyInput, _ ...func(*iam.Options)) (*iam.UpdateAccessKeyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, updateAccessKey, in, func(in *iam.UpdateAccessKeyInput) (*iam.UpdateAccessKeyOutput, error) {
		if in.UserName == nil {
			return nil, r.service.Unsupported(updateAccessKey, "a call about the caller's own keys")
		}
		k, ok := r.keys[*in.AccessKeyId]
		switch {
		case !ok || k.User != *in.UserName:
			return nil, noKey(*in.AccessKeyId)
		case in.Status != types.StatusTypeActive && in.Status != types.StatusTypeInactive:
			return nil, call.Fail("ValidationError", "Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]", in.Status)
		}
		k.Status = in.Status
		r.keys[*in.AccessKeyId] = k
		return &iam.UpdateAccessKeyOutput{}, nil
	})
}

func noKey(id string) error {
	return call.Fail("NoSuchEntity", "The Access Key with id %s cannot be found", id)
}
