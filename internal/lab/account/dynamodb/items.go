package dynamodb

import (
	"iter"
	"maps"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// items are a table's items, by partition: a query costs as much as its partition holds,
// however much else the table has.
type items struct {
	count   int
	table   partitions
	indexes map[string]partitions // by the index's name; of the items that the index has
}

// partitions has items by the text of the partition key, and then by keyText.
type partitions map[string]map[string]ddbexpr.Item

func newItems() *items { return &items{table: partitions{}, indexes: map[string]partitions{}} }

func (p partitions) put(partition, key string, item ddbexpr.Item) {
	if p[partition] == nil {
		p[partition] = map[string]ddbexpr.Item{}
	}
	p[partition][key] = item
}

func (p partitions) remove(partition, key string) {
	if delete(p[partition], key); len(p[partition]) == 0 {
		delete(p, partition)
	}
}

func (p partitions) copy() partitions {
	out := make(partitions, len(p))
	for partition, of := range p {
		out[partition] = maps.Clone(of)
	}
	return out
}

// copy copies the partitions. Stored items are never modified, only replaced.
func (s *items) copy() *items {
	out := &items{count: s.count, table: s.table.copy(), indexes: map[string]partitions{}}
	for name, of := range s.indexes {
		out.indexes[name] = of.copy()
	}
	return out
}

// item returns the item with the key; nil if there is none.
func (t *table) item(key ddbexpr.Item) ddbexpr.Item {
	return t.items.table[keyPart(key[t.hash])][t.keyText(key)]
}

// put stores an item in place of the one with its key.
func (t *table) put(item ddbexpr.Item) {
	t.remove(item)
	key := t.keyText(item)
	t.items.count++
	t.items.table.put(keyPart(item[t.hash]), key, item)
	for _, i := range t.indexes {
		if !i.holds(item) {
			continue
		}
		if t.items.indexes[i.Name] == nil {
			t.items.indexes[i.Name] = partitions{}
		}
		t.items.indexes[i.Name].put(keyPart(item[i.Hash]), key, item)
	}
}

// remove removes the item with the key, if there is one.
func (t *table) remove(key ddbexpr.Item) {
	old := t.item(key)
	if old == nil {
		return
	}
	t.items.count--
	t.items.table.remove(keyPart(old[t.hash]), t.keyText(old))
	for _, i := range t.indexes {
		if i.holds(old) {
			t.items.indexes[i.Name].remove(keyPart(old[i.Hash]), t.keyText(old))
		}
	}
}

// partition returns the items of a partition of the table, or of the index if there is one,
// in no order.
func (t *table) partition(i *Index, hash string) iter.Seq[ddbexpr.Item] {
	if i == nil {
		return maps.Values(t.items.table[hash])
	}
	return maps.Values(t.items.indexes[i.Name][hash])
}

// AddItems stores items without a call: a test that needs a million has no log of them. It
// panics if DynamoDB would reject one.
func (d *Tables) AddItems(table string, all iter.Seq[ddbexpr.Item]) {
	defer d.service.Change()()
	t, err := d.table(&table)
	for item := range all {
		if err == nil {
			item, err = ddbexpr.Normalize(item)
		}
		if err == nil {
			err = t.checkItem(item)
		}
		if err != nil {
			panic(err)
		}
		t.put(item)
	}
}
