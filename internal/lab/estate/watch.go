package estate

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// watcher checks invariants against the calls in the order of their effects: only
// subnets of instances that were described change (I2); a subnet's original association
// is on record before the cut (I3); an execution that marks an incident as contained has
// read its subnets after its own last change (I5); no release opens a subnet that a
// contained incident claims (I8).
type watcher struct {
	e       *Estate
	changes map[int]account.Change // by Order
	items   map[string]item        // the ledger's items, by subject
	asked   map[string]bool        // subnets of described instances
	unread  map[string]bool        // execution + subnet: changed and not read since
}

func (e *Estate) watch(t *testing.T) {
	w := watcher{e, map[int]account.Change{}, map[string]item{}, map[string]bool{}, map[string]bool{}}
	for _, c := range e.Changes() {
		w.changes[c.Order] = c
	}
	all := slices.DeleteFunc(e.Account.Calls(), func(c account.Call) bool { return c.Effect == nil })
	slices.SortFunc(all, func(a, b account.Call) int { return cmp.Compare(a.Effect.Order, b.Effect.Order) })
	for _, c := range all {
		for _, broken := range w.sees(Call{c, e.text(c)}) {
			t.Errorf("%s by %s: %s", broken, c.Caller.Execution, e.text(c))
		}
	}
}

// sees checks one call and returns the invariants that it violates.
func (w watcher) sees(c Call) (broken []string) {
	words := strings.Fields(c.Text)
	switch c.Operation {
	case "DescribeInstances":
		w.looks(c)
	case "DescribeNetworkAcls":
		for _, s := range subnets {
			if s.vpc == words[1] {
				delete(w.unread, c.Caller.Execution+s.name)
			}
		}
	case "ReplaceNetworkAclAssociation":
		return w.replaces(c, w.changes[c.Effect.Order])
	}
	for _, written := range c.Effect.Items {
		broken = append(broken, w.wrote(c, written)...)
	}
	return broken
}

// looks notes the subnets in which the answer shows the instances.
func (w watcher) looks(c Call) {
	answer, _ := account.Printed(c.Effect.Answer).(map[string]any)
	for _, r := range object(answer).list("Reservations") {
		for _, i := range r.list("Instances") {
			for _, n := range i.list("NetworkInterfaces") {
				w.asked[w.e.Text(n.text("SubnetId"))] = true
			}
		}
	}
}

func (w watcher) wrote(c Call, written item) (broken []string) {
	w.items[w.e.Text(subjectOf(written.text("pk"), written.text("sk")))] = written
	if written.text("sk") == "LOCK" && written.text("status") == string(quarantine.StatusContained) {
		return w.contains(c, written.text("incident"))
	}
	return nil
}

func (w watcher) replaces(c Call, change account.Change) (broken []string) {
	subnet := w.e.Text(change.Subnet)
	w.unread[c.Caller.Execution+subnet] = true
	opens, cuts := cutting(change.From) && !cutting(change.To), !cutting(change.From) && cutting(change.To)
	if !w.asked[subnet] {
		broken = append(broken, "I2: no instance in it was looked at")
	}
	if on := w.items["HOLD "+subnet].text("before_association"); cuts && on != change.FromAssociation {
		broken = append(broken, "I3: on record is "+w.e.Text(on))
	}
	for name, lock := range w.items {
		incident := lock.text("incident")
		if strings.HasPrefix(name, "LOCK ") && lock.text("status") == string(quarantine.StatusContained) && opens &&
			slices.Contains(w.items["INCIDENT "+incident].set("subnets"), change.Subnet) {
			broken = append(broken, "I8: its containment is claimed for "+incident)
		}
	}
	return broken
}

func (w watcher) contains(c Call, incident string) (broken []string) {
	for _, id := range w.items["INCIDENT "+incident].set("subnets") {
		if subnet := w.e.Text(id); w.unread[c.Caller.Execution+subnet] {
			broken = append(broken, "I5: "+subnet+" was not read back")
		}
	}
	return broken
}

func cutting(a account.ACLState) bool {
	return a.Tags[quarantine.TagProduct] == quarantine.Product && a.Allows == 0
}
