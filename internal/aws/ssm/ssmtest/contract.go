// Package ssmtest is the contract of the SSM adapter, checked with a store on loopback
// and with a real endpoint, and has that store.
package ssmtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account with parameters.
type Env struct {
	API interface {
		ssm.API
		ssm.WriteAPI
	}
	// Put creates a String parameter, or a SecureString if secure is set, or another version of it.
	Put func(t *testing.T, name, value string, secure bool)
}

// Contract runs the contract.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	const value = "thresholds:\n  isolate: 70 # ä\n"
	for kind, secure := range map[string]bool{"a String": false, "a SecureString": true} {
		t.Run(kind+" is read as it was written", func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			env.Put(t, "/quarantine/policy", value, secure)
			if got, err := ssm.New(env.API).Parameter(t.Context(), "/quarantine/policy"); err != nil || got != value {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	for kind, secure := range map[string]bool{"a String": false, "a SecureString": true} {
		t.Run(kind+" has its versions, the newest first, and stays what it is when another is put", func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			const name = "/quarantine/versions"
			const versions = 55 // more than a page
			for n := range versions {
				env.Put(t, name, fmt.Sprintf("version: 1 # %d\n", n+1), secure)
			}
			client := ssm.New(env.API)
			all, err := client.History(t.Context(), name)
			if err != nil || len(all) != versions {
				t.Fatalf("%d versions, %v", len(all), err)
			}
			for i, v := range all {
				if want := int64(versions - i); v.Number != want || v.Value != fmt.Sprintf("version: 1 # %d\n", want) {
					t.Fatalf("version %d of them is %d: %q", i, v.Number, v.Value)
				}
			}
			put, err := ssm.NewWriter(env.API).Put(t.Context(), name, value, all[0])
			if err != nil || put != versions+1 {
				t.Fatalf("put version %d, %v", put, err)
			}
			now, err := client.Latest(t.Context(), name)
			if err != nil || now.Number != put || now.Value != value || now.Type != all[0].Type || (now.Type == "SecureString") != secure {
				t.Errorf("got %+v, %v", now, err)
			}
			if all, err = client.History(t.Context(), name); err != nil || all[0].Number != put || all[0].Key != all[1].Key || all[0].Tier != all[1].Tier {
				t.Errorf("got %+v, %v", all[0], err)
			}
			put, err = ssm.NewWriter(env.API).Put(t.Context(), name, strings.Repeat("#", ssm.MaxAdvanced), all[0])
			if err != nil || put != versions+2 {
				t.Errorf("what only the advanced tier takes: version %d, %v", put, err)
			}
		})
	}
	t.Run("what is not there is an error that says what to do", func(t *testing.T) {
		t.Parallel()
		_, err := ssm.New(newEnv(t).API).Parameter(t.Context(), "/quarantine/none")
		if !quarantine.Is(err, quarantine.Unexpected) || !strings.HasPrefix(err.Error(), "there is no such parameter: create it") {
			t.Errorf("got %v", err)
		}
		_, err = ssm.New(newEnv(t).API).History(t.Context(), "/quarantine/none")
		if !quarantine.Is(err, quarantine.Unexpected) || !strings.HasPrefix(err.Error(), "there is no such parameter: create it") {
			t.Errorf("got %v", err)
		}
	})
}
