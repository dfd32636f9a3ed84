package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var bootstrap string

func TestMain(m *testing.M) { os.Exit(lambdaapi.Main(m, &bootstrap)) }

// request is what the state machine gives the function.
const request = `{"incident":"inc-1","reason":"rebuilt","by":"arn:aws:iam::111122223333:user/on-call",
	"execution":{"id":"arn:aws:states:us-east-1:111122223333:execution:release:run-1","name":"run-1","startedAt":"2026-01-31T12:05:01.000Z"}}`

func fails(t *testing.T, a lambdaapi.Answer, name, text string) {
	t.Helper()
	if a.Error == nil || a.Error.Type != name || !strings.Contains(a.Error.Message, text) {
		t.Errorf("got %v %s, want %s: %s", a.Error, a.Payload, name, text)
	}
}

func TestAnIncidentThatTheLedgerDoesNotKnowIsABadRequest(t *testing.T) {
	t.Parallel()
	e := lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, _ *http.Request, operation string) {
		if operation == "Query" {
			_, _ = w.Write([]byte(`{"Items":[],"Count":0,"ScannedCount":0}`))
			return
		}
		_, _ = w.Write([]byte(`{}`))
	})
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: map[string]string{"LEDGER_TABLE": "planted-table", "ACCOUNT_ID": "111122223333"}, Timeout: time.Minute})
	fails(t, f.Invoke(t.Context(), request), quarantine.BadRequest, "the ledger knows no incident inc-1")
	// By key alone: the incident's partition.
	if e.Calls("GetItem") != 0 || e.Calls("Query") != 1 || e.Calls("Scan") != 0 {
		t.Errorf("%d reads, %d queries and %d scans", e.Calls("GetItem"), e.Calls("Query"), e.Calls("Scan"))
	}
}

func TestInputThatNamesNobodyIsABadRequest(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: map[string]string{"LEDGER_TABLE": "planted-table", "ACCOUNT_ID": "111122223333"}})
	fails(t, f.Invoke(t.Context(), `{"incident":"inc-1"}`), quarantine.BadRequest, "a release needs incident, by, reason and execution")
}

func TestAFunctionWithoutItsTableSaysSo(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: map[string]string{"LEDGER_TABLE": ""}})
	fails(t, f.Invoke(t.Context(), request), quarantine.Unexpected, "LEDGER_TABLE is not set")
}
