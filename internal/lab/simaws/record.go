package simaws

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws/ddbexpr"
)

// Effect is what a call did at the instant at which it took effect, for those
// who check a run afterwards. It is kept if [Options.Record] is set.
type Effect struct {
	// Order is the effect's place among all effects and hands, from 1.
	Order int
	// Item is, after a write of DynamoDB's, the item as it stands from then on, in
	// DynamoDB's JSON; nil if it is gone.
	Item map[string]any
	// Answer is the SDK's output, whether or not it arrived; see [Printed].
	Answer any
}

// Change is a change of a subnet's network ACL association, by a call or by
// the hands of others, or of the rules that it is under, by the hands of others.
// It is kept if [Options.Record] is set.
type Change struct {
	Order  int // among all effects and hands
	Call   int // the call's Seq; 0 for a hand
	Subnet string
	// From and To are the ACLs as they stood at that instant.
	From, To                       ACLState
	FromAssociation, ToAssociation string
}

// ACLState is a network ACL at an instant.
type ACLState struct {
	ID      string
	Default bool
	Tags    map[string]string
	Allows  int // rules that let something pass, in either direction
}

// Changes gives every change of an association so far, in order.
func (a *Account) Changes() []Change {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Change(nil), a.changes...)
}

// Effects is how many effects and hands there have been so far.
func (a *Account) Effects() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.effects
}

// Printed is an input or output of the SDK's as the AWS command line prints it.
func Printed(v any) any { return cliValue(reflect.ValueOf(v)) }

// tookEffect notes what a call did. The caller holds a.mu.
func (a *Account) tookEffect(seq int, in, out any) {
	a.effects++
	var e *Effect
	if a.opts.Record {
		e = &Effect{Order: a.effects, Answer: out, Item: a.written(in)}
		for i := len(a.changes) - 1; i >= 0 && a.changes[i].Order == 0; i-- {
			a.changes[i].Order, a.changes[i].Call = a.effects, seq
		}
	}
	a.trace.Lock()
	defer a.trace.Unlock()
	a.calls[seq-1].Applied, a.calls[seq-1].Effect = true, e
}

// written is the item that a request has written, or nil.
func (a *Account) written(in any) map[string]any {
	var name *string
	var key ddbexpr.Item
	switch in := in.(type) {
	case *dynamodb.UpdateItemInput:
		name, key = in.TableName, in.Key
	case *dynamodb.PutItemInput:
		name, key = in.TableName, in.Item
	default:
		return nil
	}
	t, err := a.table(name)
	if err != nil {
		return nil
	}
	item, ok := t.items[t.keyText(key)]
	if !ok {
		return nil
	}
	return itemJSON(item)
}

// byHand counts a hand among the effects. The caller holds a.mu.
func (a *Account) byHand() {
	a.effects++
	for i := len(a.changes) - 1; i >= 0 && a.changes[i].Order == 0; i-- {
		a.changes[i].Order = a.effects
	}
}

// replaced notes a change of an association; whose it is, and when, is noted by
// whoever made it. The caller holds a.mu.
func (a *Account) replaced(subnet string, from, to *types.NetworkAcl, fromAssociation, toAssociation string) {
	if a.opts.Record {
		a.changes = append(a.changes, Change{
			Subnet: subnet, From: stateOf(from), To: stateOf(to), FromAssociation: fromAssociation, ToAssociation: toAssociation,
		})
	}
}

func stateOf(acl *types.NetworkAcl) ACLState {
	s := ACLState{ID: aws.ToString(acl.NetworkAclId), Default: aws.ToBool(acl.IsDefault), Tags: map[string]string{}}
	for _, t := range acl.Tags {
		s.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	for _, e := range acl.Entries {
		if e.RuleAction == types.RuleActionAllow {
			s.Allows++
		}
	}
	return s
}
