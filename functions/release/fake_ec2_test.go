package release_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func vpcOf(subnet string) string {
	if subnet == "subnet-x" {
		return "vpc-2"
	}
	return "vpc-1"
}

func (w *world) Instance(ctx context.Context, id string) (out quarantine.Instance, err error) {
	err = w.do(ctx, "Instance", id, func() error {
		out = quarantine.Instance{ID: id, AccountID: account, State: "running"}
		for _, s := range instances[id] {
			out.Interfaces = append(out.Interfaces, quarantine.Interface{ID: "eni-" + s, VPCID: vpcOf(s), SubnetID: s})
		}
		return nil
	})
	return out, err
}

func (w *world) NetworkACLs(ctx context.Context, vpcID string) (out []quarantine.NetworkACL, err error) {
	err = w.do(ctx, "NetworkACLs", vpcID, func() error {
		for _, a := range w.acls {
			if a.VPCID == vpcID {
				out = append(out, clone(a))
			}
		}
		return nil
	})
	return out, err
}

func clone(a *quarantine.NetworkACL) quarantine.NetworkACL {
	out := *a
	out.Tags, out.Associations = maps.Clone(a.Tags), slices.Clone(a.Associations)
	return out
}

func (w *world) CreateNetworkACL(ctx context.Context, vpcID, token string, tags map[string]string) (out quarantine.NetworkACL, err error) {
	err = w.do(ctx, "CreateNetworkACL", vpcID, func() error {
		if id, again := w.tokens[token]; again { // also where it has been removed
			out = quarantine.NetworkACL{ID: id, VPCID: vpcID, Tags: maps.Clone(tags)}
			if made := w.acl(id); made != nil {
				out = clone(made)
			}
			return nil
		}
		w.made++
		made := w.add(vpcID, fmt.Sprintf("acl-q%d", w.made))
		made.Allows, made.Tags = 0, maps.Clone(tags)
		w.tokens[token] = made.ID
		out = clone(made)
		return nil
	})
	return out, err
}

func (w *world) ReplaceAssociation(ctx context.Context, association, aclID string) (out string, err error) {
	err = w.do(ctx, "ReplaceAssociation", association+" "+aclID, func() error {
		old, subnet := w.association(association)
		to := w.acl(aclID)
		if old == nil || to == nil {
			return quarantine.Failf(quarantine.Contended, "%s or %s is gone", association, aclID)
		}
		w.watch(subnet, association, old, to)
		out = w.put(subnet, aclID)
		return nil
	})
	return out, err
}

// watch looks at a replacement just before it takes place.
func (w *world) watch(subnet, association string, from, to *quarantine.NetworkACL) {
	if from.Quarantines() && !to.Quarantines() {
		for _, id := range w.open() {
			if slices.Contains(w.incidents[id].Subnets, subnet) {
				w.broken = append(w.broken, fmt.Sprintf("I8: %s was opened while %s claims its containment", subnet, id))
			}
		}
	}
	if on := w.records[subnet].OriginalAssociation; !from.Quarantines() && to.Quarantines() && on != association {
		w.broken = append(w.broken, fmt.Sprintf("I3: %s of %s was replaced while %q was on record", association, subnet, on))
	}
	if subnet == "subnet-b" {
		w.broken = append(w.broken, "I2: subnet-b was changed")
	}
}

func (w *world) TagNetworkACL(ctx context.Context, aclID string, tags map[string]string) error {
	return w.do(ctx, "TagNetworkACL", aclID, func() error {
		a := w.acl(aclID)
		if a == nil {
			return quarantine.Failf(quarantine.Contended, "%s is gone", aclID)
		}
		maps.Copy(a.Tags, tags)
		return nil
	})
}

func (w *world) UntagNetworkACL(ctx context.Context, aclID string, keys []string) error {
	return w.do(ctx, "UntagNetworkACL", aclID, func() error {
		a := w.acl(aclID)
		if a == nil {
			return quarantine.Failf(quarantine.Contended, "%s is gone", aclID)
		}
		for _, k := range keys {
			delete(a.Tags, k)
		}
		return nil
	})
}

func (w *world) DeleteNetworkACL(ctx context.Context, aclID string) error {
	return w.do(ctx, "DeleteNetworkACL", aclID, func() error {
		if a := w.acl(aclID); a != nil && len(a.Associations) > 0 {
			return quarantine.Failf(quarantine.Contended, "%s is in use", aclID)
		}
		w.acls = slices.DeleteFunc(w.acls, func(a *quarantine.NetworkACL) bool { return a.ID == aclID })
		return nil
	})
}

// put gives the subnet another ACL, and its association another id.
func (w *world) put(subnet, aclID string) string {
	w.changes[subnet]++
	made := quarantine.Association{ID: fmt.Sprintf("assoc-%s-%d", subnet, w.changes[subnet]), SubnetID: subnet}
	for _, a := range w.acls {
		a.Associations = slices.DeleteFunc(a.Associations, func(s quarantine.Association) bool { return s.SubnetID == subnet })
		if a.ID == aclID {
			a.Associations = append(a.Associations, made)
		}
	}
	return made.ID
}

func (w *world) acl(id string) *quarantine.NetworkACL {
	for _, a := range w.acls {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// association finds the ACL that the association puts on a subnet, and the subnet.
func (w *world) association(id string) (*quarantine.NetworkACL, string) {
	for _, a := range w.acls {
		for _, s := range a.Associations {
			if s.ID == id {
				return a, s.SubnetID
			}
		}
	}
	return nil, ""
}
