package cloudformation_test

import (
	"errors"
	"slices"
	"testing"

	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

const template = `{"Parameters": {"Label": {"Type": "String"}}, "Resources": {
  "Ledger": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}},
  "Topic": {"Type": "AWS::SNS::Topic"}},
 "Outputs": {"LedgerTable": {"Value": {"Ref": "Ledger"}}, "Label": {"Value": {"Ref": "Label"}}}}`

// Tests the SDK's client and the wire format against moto's server.
func TestAStacksLifeOverMoto(t *testing.T) {
	t.Parallel()
	api := awscfn.NewFromConfig(moto.NewAccount(t).Config())
	c, ctx := cloudformation.New(api), t.Context()
	missing := func(name string) {
		t.Helper()
		_, err := c.Outputs(ctx, name)
		if none, ok := errors.AsType[*cloudformation.NoStackError](err); !ok || none.Stack != name {
			t.Errorf("got %v", err)
		}
	}
	missing("guard")
	id, err := c.Create(ctx, "guard", template, map[string]string{"Label": "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Create(ctx, "guard", template, nil); !errors.As(err, new(*cloudformation.StackExistsError)) {
		t.Errorf("a second one of the name: %v", err)
	}
	stack, err := c.Stack(ctx, "guard")
	if err != nil || stack.ID != id || stack.Outputs["Label"] != "x" || stack.Status != "CREATE_COMPLETE" || stack.Outputs["LedgerTable"] == "" {
		t.Fatalf("got %+v, %v", stack, err)
	}
	there := func(name string) {
		t.Helper()
		resources, err := c.Resources(ctx, name)
		if err != nil || !slices.ContainsFunc(resources, func(r cloudformation.Resource) bool {
			return r.LogicalID == "Ledger" && r.PhysicalID == stack.Outputs["LedgerTable"] && r.Type == "AWS::DynamoDB::Table"
		}) {
			t.Errorf("got %+v, %v", resources, err)
		}
	}
	there("guard")
	for range 2 { // a second deletion has no effect
		if err := c.Delete(ctx, stack.ID); err != nil {
			t.Fatal(err)
		}
	}
	missing("guard")
	if now, err := c.Stack(ctx, stack.ID); err != nil || now.Status != cloudformation.DeleteComplete {
		t.Errorf("by its id: %+v, %v", now, err)
	}
	gone, err := c.Deleted(ctx, "guard")
	if err != nil || gone.ID != stack.ID {
		t.Errorf("got %+v, %v", gone, err)
	}
	there(gone.ID)
	events, err := c.DeletionEvents(ctx, stack.ID, "")
	if err != nil || len(events) < 2 || events[0].Status != cloudformation.DeleteInProgress || events[len(events)-1].Status != cloudformation.DeleteComplete {
		t.Errorf("got %+v, %v", events, err)
	}
}
