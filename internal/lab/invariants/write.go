package invariants

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// write is a ledger item as it was after a write.
type write struct {
	call simulate.Call
	item map[string]any
}

// writesOf returns a write for each item that the call wrote; a transaction writes several.
func writesOf(call simulate.Call) (all []write) {
	if call.Effect == nil {
		return nil
	}
	for _, item := range call.Effect.Items {
		all = append(all, write{call: call, item: item})
	}
	return all
}

func (w write) order() int { return w.call.Effect.Order }

// is reports whether the item's sort key begins with kind.
func (w write) is(kind string) bool { return strings.HasPrefix(w.text("sk"), kind) }

// last is the last part of the item's partition key: the instance, the subnet, or the incident.
func (w write) last() string {
	pk := w.text("pk")
	return pk[strings.LastIndex(pk, "#")+1:]
}

// owner is the name of the execution that owns a lock.
func (w write) owner() string {
	arn := w.text("owner")
	return arn[strings.LastIndex(arn, ":")+1:]
}

func (w write) key() string { return w.text("pk") + " " + w.text("sk") }

func (w write) text(name string) string { return text(w.item, name) }

// text is a string or number attribute; "" if it is missing or of another type.
func text(item map[string]any, name string) string {
	switch v := value(item, name).(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}

// set is a string set attribute.
func set(item map[string]any, name string) []string {
	all, _ := value(item, name).([]string)
	return all
}

// fields returns the fields of a map attribute.
func fields(item map[string]any, name string) map[string]any {
	m, _ := value(item, name).(map[string]any)
	return m
}

// value is an attribute without its DynamoDB type.
func value(item map[string]any, name string) any {
	typed, _ := item[name].(map[string]any)
	for _, v := range typed {
		return v
	}
	return nil
}

// history returns the writes to the items of a kind, by key, in order, and the keys in the
// order of their first write.
func (c *check) history(kind string) (keys []string, of map[string][]write) {
	of = map[string][]write{}
	for _, w := range c.writes {
		if !w.is(kind) {
			continue
		}
		if !slices.Contains(keys, w.key()) {
			keys = append(keys, w.key())
		}
		of[w.key()] = append(of[w.key()], w)
	}
	return keys, of
}

// recordAt returns the record of a subnet as it was just before an order.
func (c *check) recordAt(subnet string, order int) (last write, ok bool) {
	for _, w := range c.writes {
		if w.is("HOLD") && w.last() == subnet && w.order() < order {
			last, ok = w, true
		}
	}
	return last, ok
}

// itemsAtEnd returns the final ledger items whose sort key begins with kind.
func (c *check) itemsAtEnd(kind string) (out []write) {
	for _, i := range c.r.Ledger {
		if item, ok := i.(map[string]any); ok && strings.HasPrefix(text(item, "sk"), kind) {
			out = append(out, write{item: item})
		}
	}
	return out
}
