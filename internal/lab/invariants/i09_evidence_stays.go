package invariants

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// deleting are the operations that delete and change no evidence, though they are called so.
var deleting = append([]string{"DeleteNetworkAcl", "DeleteTags"}, ofMeasures...)

// evidenceStays is I9: nothing deletes or changes evidence, and what is on record as locked is.
func (c *check) evidenceStays() {
	state := c.snapshots()
	for _, call := range c.r.Calls {
		switch {
		case removes(call.Operation) && !slices.Contains(deleting, call.Operation):
			c.breaks("I9", "%s called %s:%s", call.Execution, call.Service, call.Operation)
		case call.Operation == "DeleteTags" && slices.ContainsFunc(touched(call), isSnapshot):
			c.breaks("I9", "%s took tags off %v", call.Execution, touched(call))
		case call.Operation == "CreateSnapshots" && call.Effect != nil:
			for _, id := range snapshotsOf(call) {
				if state[id] == "" {
					c.breaks("I9", "%s, which %s took, is gone", id, call.Execution)
				}
			}
		}
	}
	c.artifactsStay()
	c.locksStand()
}

// locksStand checks that every lock that is on record stands.
func (c *check) locksStand() {
	for _, w := range c.itemsAtEnd("EVIDENCE#snapshots") {
		var set []quarantine.Snapshot
		if err := json.Unmarshal([]byte(text(w.item, "body")), &set); err != nil {
			c.breaks("I9", "%s is not a list of snapshots: %v", w.key(), err)
		}
		for _, s := range set {
			if s.Lock != nil && c.r.Account.SnapshotLocks[s.ID] != s.Lock.State {
				c.breaks("I9", "%s is on record as locked (%s), and its lock is %q", s.ID, s.Lock.State, c.r.Account.SnapshotLocks[s.ID])
			}
		}
	}
}

func isSnapshot(id string) bool { return strings.HasPrefix(id, "snap-") }

func removes(operation string) bool {
	return strings.Contains(operation, "Delete") || strings.HasPrefix(operation, "Modify") || strings.HasPrefix(operation, "Deregister") ||
		strings.HasPrefix(operation, "Terminate") || strings.HasPrefix(operation, "Unlock")
}

// artifactsStay checks that the ledger's evidence items are written once.
func (c *check) artifactsStay() {
	left := map[string]map[string]any{}
	for _, w := range c.itemsAtEnd("EVIDENCE#") {
		left[w.key()] = w.item
	}
	keys, of := c.history("EVIDENCE#")
	for _, key := range keys {
		first := of[key][0]
		for _, w := range of[key][1:] {
			if !reflect.DeepEqual(w.item, first.item) {
				c.breaks("I9", "%s changed %s", w.call.Execution, key)
			}
		}
		switch now, there := left[key]; {
		case !there:
			c.breaks("I9", "%s is gone", key)
		case !reflect.DeepEqual(now, first.item):
			c.breaks("I9", "%s is not what was written first", key)
		}
	}
}
