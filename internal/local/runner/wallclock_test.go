package runner_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
)

// On real time executions run concurrently; this test is for the race detector.
func TestOnAWallClockExecutionsRunSideBySide(t *testing.T) {
	t.Parallel()
	const starters, names = 12, 4 // three start each name, with the same input
	m := machine(t, `
		"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Next":"Lock","Arguments":{"FunctionName":"`+greetARN+`","Payload":{"name":"{% $states.context.Execution.Name %}"}}},
		"Lock":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:updateItem","Next":"Child",
			"Arguments":{"TableName":"ledger","Key":{"pk":{"S":"lock"}},"UpdateExpression":"SET #o = :me","ConditionExpression":"attribute_not_exists(pk)",
				"ExpressionAttributeNames":{"#o":"owner"},"ExpressionAttributeValues":{":me":{"S":"{% $states.context.Execution.Name %}"}}},
			"Catch":[{"ErrorEquals":["DynamoDB.ConditionalCheckFailedException"],"Next":"Held"}]},
		"Child":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Next":"Owner",
			"Arguments":{"StateMachineArn":"{% $states.context.StateMachine.Id %}","Name":"child","Input":{}}},
		"Owner":{"Type":"Succeed"},"Held":{"Type":"Succeed"}`, runner.WallClock())
	begun := make(chan struct{}) // no execution ends before all have begun
	m.Functions = map[string]runner.Function{greetARN: {Name: "greet", Invoke: boundary.Wrap(
		func(_ context.Context, g guest) (string, error) { <-begun; return "hello " + g.Name, nil })}}
	acct := account.New(account.Options{})
	acct.AddTable("ledger", "pk", "")
	m.DynamoDB = acct.DynamoDB()
	var mu sync.Mutex
	events := map[string]int{}
	m.OnEvent = func(execution string, _ history.Event) { mu.Lock(); defer mu.Unlock(); events[execution]++ }

	startAll(t, m, starters, names)
	close(begun)
	all, err := m.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != names+1 {
		t.Fatalf("%d executions, want %d and the child of the one that has the lock", len(all), names)
	}
	owners := 0
	for _, r := range all {
		last := r.Result.Path[len(r.Result.Path)-1]
		if r.Result.Status != history.StatusSucceeded || events[r.Name] != len(r.Result.History) {
			t.Errorf("%s ended %s (%s) in %s, and %d events of %d were seen", r.Name, r.Result.Status, r.Result.Cause, last, events[r.Name], len(r.Result.History))
		}
		if last == "Owner" {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("%d executions got the lock", owners)
	}
}

// startAll starts executions of a few names from many goroutines at once.
func startAll(t *testing.T, m *runner.StepFunctions, starters, names int) {
	t.Helper()
	var all sync.WaitGroup
	for i := range starters {
		all.Go(func() {
			name := fmt.Sprint("run-", i%names)
			if r, err := m.Start(t.Context(), "quarantine", name, json.RawMessage(`{}`)); err != nil || r.Name != name {
				t.Errorf("started %v, %v", r, err)
			}
		})
	}
	all.Wait()
}
