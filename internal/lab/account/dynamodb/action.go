package dynamodb

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// action is a write of one item, either by itself or as a part of a transaction. Its request
// is validated except for what depends on the stored item.
type action struct {
	table     *table
	key       ddbexpr.Item // the key, or an item that contains it
	e         expressions
	onFailure types.ReturnValuesOnConditionCheckFailure
	next      func(old ddbexpr.Item) (ddbexpr.Item, error) // nil if the item does not change
}

func (d *Tables) put(in *types.Put) (action, error) {
	t, err := d.table(in.TableName)
	if err != nil {
		return action{}, err
	}
	item, err := ddbexpr.Normalize(in.Item)
	if err != nil {
		return action{}, validation(err)
	}
	if err := t.checkItem(item); err != nil {
		return action{}, err
	}
	e, err := texts{condition: in.ConditionExpression}.parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	next := func(ddbexpr.Item) (ddbexpr.Item, error) { return item, nil }
	return action{t, item, e, in.ReturnValuesOnConditionCheckFailure, next}, err
}

func (d *Tables) update(in *types.Update) (action, error) {
	t, key, err := d.keyed(in.TableName, in.Key)
	if err != nil {
		return action{}, err
	}
	e, err := texts{condition: in.ConditionExpression, update: in.UpdateExpression}.parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return action{}, err
	}
	next := func(old ddbexpr.Item) (ddbexpr.Item, error) { return t.updated(key, old, e.update) }
	return action{t, key, e, in.ReturnValuesOnConditionCheckFailure, next}, t.checkChanges(e.update)
}

func (d *Tables) remove(in *types.Delete) (action, error) {
	a, err := d.check(&types.ConditionCheck{
		TableName: in.TableName, Key: in.Key, ConditionExpression: in.ConditionExpression,
		ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
	})
	a.next = func(ddbexpr.Item) (ddbexpr.Item, error) { return nil, nil }
	return a, err
}

func (d *Tables) check(in *types.ConditionCheck) (action, error) {
	t, key, err := d.keyed(in.TableName, in.Key)
	if err != nil {
		return action{}, err
	}
	e, err := texts{condition: in.ConditionExpression}.parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	return action{t, key, e, in.ReturnValuesOnConditionCheckFailure, nil}, err
}

// keyed returns the table, and the key in its stored form.
func (d *Tables) keyed(name *string, key ddbexpr.Item) (*table, ddbexpr.Item, error) {
	t, err := d.table(name)
	if err != nil {
		return nil, nil, err
	}
	normal, err := ddbexpr.Normalize(key)
	if err != nil {
		return nil, nil, validation(err)
	}
	return t, normal, t.checkKey(normal)
}

// checkChanges rejects an update of the table's keys.
func (t *table) checkChanges(u *ddbexpr.Update) error {
	if u == nil {
		return nil
	}
	for _, name := range u.Changes() {
		if slices.Contains(t.keys(), name) {
			return invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", name)
		}
	}
	return nil
}

func (t *table) updated(key, old ddbexpr.Item, u *ddbexpr.Update) (ddbexpr.Item, error) {
	from := old
	if from == nil {
		from = key
	}
	if u == nil {
		return from, nil
	}
	updated, err := u.Apply(from)
	if err != nil {
		return nil, validation(err)
	}
	if ddbexpr.Size(updated) > maxItem {
		return nil, invalid("Item size to update has exceeded the maximum allowed size")
	}
	return updated, t.checkIndexed(updated)
}

// change is an action whose condition holds.
type change struct {
	action
	old, updated ddbexpr.Item // nil if there is no item
}

// allowed returns the action's change without applying it.
func (a action) allowed() (change, error) {
	old := a.table.item(a.key)
	if err := allow(a.e.condition, old, a.onFailure); err != nil || a.next == nil {
		return change{a, old, old}, err
	}
	updated, err := a.next(old)
	return change{a, old, updated}, err
}

// apply applies the change and records what it wrote. The caller holds the lock.
func (d *Tables) apply(c change) {
	switch {
	case c.next == nil:
	case c.updated != nil:
		c.table.put(c.updated)
		d.wrote(c.updated)
	case c.old != nil:
		c.table.remove(c.key)
		d.wrote(c.table.keyOf(c.key))
	}
}
