// Package dynamodb is the DynamoDB of an in-memory account: tables and their global secondary
// indexes, with expressions for conditions, updates and queries, and write transactions.
package dynamodb

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Tables are the account's tables.
type Tables struct {
	service *call.Service
	*state
}

type state struct{ tables map[string]*table }

const name = "dynamodb"

// New adds DynamoDB, without a table, to the endpoint.
func New(e *call.Endpoint) *Tables {
	d := &Tables{state: &state{tables: map[string]*table{}}}
	d.service = d.newService(e)
	d.service.State = call.StateAt(&d.state, (*state).copy)
	return d
}

// newService has the error codes of
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
func (d *Tables) newService(e *call.Endpoint) *call.Service {
	return &call.Service{
		Endpoint: e, Name: name, ID: "DynamoDB",
		Throttled: d.throttled,
		Broken: func() error {
			return &types.InternalServerError{Message: aws.String("Internal server error")}
		},
		Denied: func(c call.Call) error {
			resource := e.ARN(name, "table/"+tableOf(c))
			if first, ok := firstPart(c); ok { // IAM authorizes a transaction's parts, not the transaction
				c.Operation = first.power
			}
			return call.Fail("AccessDeniedException", "%s", e.NotAllowed(c, name, resource))
		},
		Coded:      canceled,
		Consistent: isConsistent,
	}
}

// copy copies the tables.
func (s *state) copy() *state {
	out := &state{tables: map[string]*table{}}
	for name, t := range s.tables {
		copied := *t
		copied.items = t.items.copy()
		out.tables[name] = &copied
	}
	return out
}

// Client has the methods of the SDK's *dynamodb.Client that the account implements. A read sees
// all earlier writes, consistent or not, unless a fault makes it stale.
type Client struct{ tables *Tables }

// DynamoDB returns a client.
func (d *Tables) DynamoDB() *Client { return &Client{tables: d} }

func (d *Tables) table(name *string) (*table, error) {
	t, ok := d.tables[aws.ToString(name)]
	if !ok {
		return nil, &types.ResourceNotFoundException{Message: aws.String("Requested resource not found")}
	}
	return t, nil
}

func (d *Tables) throttled(c call.Call) error {
	d.service.Lock()
	defer d.service.Unlock()
	t := d.tables[tableOf(c)]
	if t != nil && t.billing == types.BillingModeProvisioned {
		return &types.ProvisionedThroughputExceededException{Message: aws.String("The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.")}
	}
	return &types.ThrottlingException{Message: aws.String("Throughput exceeds the current capacity of your table or index.")}
}

// tableOf is the table of a recorded call; for a transaction, that of its first part.
func tableOf(c call.Call) string {
	if first, ok := firstPart(c); ok {
		return aws.ToString(first.table)
	}
	name, _ := field[*string](c, "TableName")
	return aws.ToString(name)
}

// isConsistent reports whether a read asks for strong consistency:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
func isConsistent(c call.Call) bool {
	strong, _ := field[*bool](c, "ConsistentRead")
	return aws.ToBool(strong)
}

// field returns a field of the call's input, if the input has it.
func field[T any](c call.Call, name string) (value T, ok bool) {
	f := reflect.Indirect(reflect.ValueOf(c.Input)).FieldByName(name)
	if !f.IsValid() {
		return value, false
	}
	value, ok = f.Interface().(T)
	return value, ok
}
