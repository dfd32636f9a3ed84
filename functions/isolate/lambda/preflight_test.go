package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const ask = `{"preflight":{"targets":{"account":"111122223333","region":"us-east-1","vpc":"vpc-1","subnet":"subnet-1","association":"aclassoc-1",
	"networkAcl":"acl-1","instance":"i-0abcdef1234567890"}}}`

// The real function, with the SDK's own clients: what leaves it reads, or has DryRun.
func TestAPreflightSendsNothingThatChangesAnything(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	sent := map[string]url.Values{}
	e := lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, r *http.Request, action string) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		mu.Lock()
		sent[action] = form
		mu.Unlock()
		if form.Get("DryRun") == "true" && action != "ReplaceNetworkAclAssociation" {
			lambdaapi.RefuseEC2(w, http.StatusPreconditionFailed, "DryRunOperation")
			return
		}
		lambdaapi.RefuseEC2(w, http.StatusForbidden, "UnauthorizedOperation")
	})
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: table, Timeout: time.Minute})
	var answer preflight.Answer
	if got := f.Invoke(t.Context(), ask); got.Error != nil || json.Unmarshal([]byte(got.Payload), &answer) != nil {
		t.Fatalf("got %v %s", got.Error, got.Payload)
	}
	for action, form := range sent {
		if form.Get("DryRun") != "true" && !preflight.Reads("x:"+action) {
			t.Errorf("%s was sent, with %v", action, form)
		}
	}
	states := map[string]preflight.State{}
	for _, c := range answer.Checks {
		states[strings.TrimPrefix(c.Subject, "isolate ")] = c.State
	}
	for action, want := range map[string]preflight.State{
		"isolate": preflight.Green, "ec2:CreateNetworkAcl": preflight.Green, "ec2:CreateTags": preflight.Green,
		"ec2:ReplaceNetworkAclAssociation": preflight.Red, "ec2:DescribeInstances": preflight.Red,
	} {
		if states[action] != want {
			t.Errorf("%s is %q, want %s", action, states[action], want)
		}
	}
	if acl := sent["ReplaceNetworkAclAssociation"]; acl.Get("AssociationId") != "aclassoc-1" || acl.Get("NetworkAclId") != "acl-1" {
		t.Errorf("it was tried on %v", acl)
	}
}

// Whoever asks finds out that it does not start, and why.
func TestAFunctionThatDoesNotStartAnswersAPreflightWithItsError(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: map[string]string{"LEDGER_TABLE": ""}})
	fails(t, f.Invoke(t.Context(), ask), quarantine.Unexpected, "LEDGER_TABLE is not set")
}
