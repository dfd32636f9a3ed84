// Package ststest is the contract of the STS adapter, checked with an in-memory
// account and with a real endpoint.
package ststest

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
)

// Env is a caller.
type Env struct {
	API       sts.API
	AccountID string // the caller's account
}

// Contract runs the contract.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	t.Run("the identity is an ARN of the caller's account, the same every time", func(t *testing.T) {
		t.Parallel()
		env := newEnv(t)
		c := sts.New(env.API)
		first, err := c.Identity(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if caller, ok := arn.Parse(first); !ok || caller.Account != env.AccountID {
			t.Errorf("%q is no ARN in account %s", first, env.AccountID)
		}
		again, err := c.Identity(t.Context())
		if err != nil || again != first {
			t.Errorf("the second answer is %q, %v; the first was %q", again, err, first)
		}
	})
}
