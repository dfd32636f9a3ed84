package isolate

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// vpc is a VPC with its network ACLs.
type vpc struct {
	id     string
	acls   []*quarantine.NetworkACL
	made   int // ACLs so far: every id is a new one
	tokens map[string]token
	unread map[string]bool // subnets since whose replacement it was not read
}

// token is what EC2 remembers of a client token.
type token struct {
	acl  string
	tags map[string]string
}

func (w *world) Instance(ctx context.Context, id string) (out quarantine.Instance, err error) {
	err = w.do(ctx, "Instance", id, func() error {
		i, ok := w.instances[id]
		if !ok {
			return quarantine.Failf(quarantine.InstanceGone, "EC2 does not know %s", id)
		}
		for _, s := range i.Subnets() {
			w.asked[s] = true
		}
		out = i
		return nil
	})
	return out, err
}

func (w *world) NetworkACLs(ctx context.Context, vpcID string) (out []quarantine.NetworkACL, err error) {
	err = w.do(ctx, "NetworkACLs", vpcID, func() error {
		v := w.vpc(vpcID)
		clear(v.unread)
		for _, a := range v.acls {
			out = append(out, clone(a))
		}
		return nil
	})
	return out, err
}

func (w *world) CreateNetworkACL(ctx context.Context, vpcID, name string, tags map[string]string) (out quarantine.NetworkACL, err error) {
	err = w.do(ctx, "CreateNetworkACL", vpcID, func() error {
		v := w.vpc(vpcID)
		if used, again := v.tokens[name]; again {
			if !maps.Equal(used.tags, tags) {
				return quarantine.Failf(quarantine.Contended, "the token was used with other tags")
			}
			out = quarantine.NetworkACL{ID: used.acl, VPCID: v.id, Tags: maps.Clone(tags)}
			if made := v.acl(used.acl); made != nil {
				out = clone(made)
			}
			return nil
		}
		v.made++
		made := &quarantine.NetworkACL{ID: fmt.Sprintf("acl-%s-q%d", v.id, v.made), VPCID: v.id, Tags: maps.Clone(tags)}
		v.acls = append(v.acls, made)
		v.tokens[name] = token{acl: made.ID, tags: maps.Clone(tags)}
		out = clone(made)
		return nil
	})
	return out, err
}

func (w *world) ReplaceAssociation(ctx context.Context, association, aclID string) (out string, err error) {
	w.mu.Lock()
	subnet := association
	if _, old, at := w.association(association); old != nil {
		subnet = old.Associations[at].SubnetID
	}
	w.mu.Unlock()
	err = w.do(ctx, "ReplaceAssociation", subnet, func() error {
		v, old, _ := w.association(association)
		if old == nil || v.acl(aclID) == nil {
			return quarantine.Failf(quarantine.Contended, "%s or %s is gone", association, aclID)
		}
		if !w.asked[subnet] {
			w.broken = append(w.broken, "I2: "+subnet+" was changed")
		}
		if on := w.records[subnet].OriginalAssociation; on != association && old.ID != aclID {
			w.broken = append(w.broken, fmt.Sprintf("I3: %s of %s was replaced while %q was on record", association, subnet, on))
		}
		out = w.put(subnet, aclID)
		v.unread[subnet] = true
		return nil
	})
	return out, err
}

func (w *world) TagNetworkACL(ctx context.Context, aclID string, tags map[string]string) error {
	return w.do(ctx, "TagNetworkACL", aclID, func() error {
		for _, v := range w.vpcs {
			if a := v.acl(aclID); a != nil {
				maps.Copy(a.Tags, tags)
				return nil
			}
		}
		return quarantine.Failf(quarantine.Contended, "%s is gone", aclID)
	})
}

// put gives the subnet another ACL, and its association another id.
func (w *world) put(subnet, aclID string) string {
	w.changes[subnet]++
	made := quarantine.Association{ID: fmt.Sprintf("aclassoc-%s-%d", subnet, w.changes[subnet]), SubnetID: subnet}
	for _, v := range w.vpcs {
		for _, a := range v.acls {
			a.Associations = slices.DeleteFunc(a.Associations, func(s quarantine.Association) bool { return s.SubnetID == subnet })
			if a.ID == aclID {
				a.Associations = append(a.Associations, made)
			}
		}
	}
	return made.ID
}

func (w *world) vpc(id string) *vpc {
	for _, v := range w.vpcs {
		if v.id == id {
			return v
		}
	}
	return &vpc{id: id} // EC2 filters by the VPC: of one that is not there, it shows nothing
}

// association finds the ACL that the association puts on a subnet, and where
// in the ACL's list it stands.
func (w *world) association(id string) (*vpc, *quarantine.NetworkACL, int) {
	for _, v := range w.vpcs {
		for _, a := range v.acls {
			if i := slices.IndexFunc(a.Associations, func(s quarantine.Association) bool { return s.ID == id }); i >= 0 {
				return v, a, i
			}
		}
	}
	return nil, nil, 0
}

func (v *vpc) acl(id string) *quarantine.NetworkACL {
	for _, a := range v.acls {
		if a.ID == id {
			return a
		}
	}
	return nil
}

func clone(a *quarantine.NetworkACL) quarantine.NetworkACL {
	out := *a
	out.Tags, out.Associations = maps.Clone(a.Tags), slices.Clone(a.Associations)
	return out
}
