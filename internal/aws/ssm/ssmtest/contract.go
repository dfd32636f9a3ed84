// Package ssmtest is the contract of the SSM adapter, checked with a store on loopback
// and with a real endpoint, and has that store.
package ssmtest

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account with parameters.
type Env struct {
	API ssm.API
	// Put creates a String parameter, or a SecureString if secure is set.
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
	t.Run("what is not there is an error that says what to do", func(t *testing.T) {
		t.Parallel()
		_, err := ssm.New(newEnv(t).API).Parameter(t.Context(), "/quarantine/none")
		if !quarantine.Is(err, quarantine.Unexpected) || !strings.HasPrefix(err.Error(), "there is no such parameter: create it") {
			t.Errorf("got %v", err)
		}
	})
}
