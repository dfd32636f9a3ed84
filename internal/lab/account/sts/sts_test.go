package sts_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func TestGetCallerIdentity(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	ctx := account.WithCaller(t.Context(), account.Caller{Identity: "arn:aws:sts::123456789012:assumed-role/forensics/run"})
	out, err := a.STS().GetCallerIdentity(ctx, nil)
	accounttest.NoErr(t, err)
	if *out.Arn != "arn:aws:sts::123456789012:assumed-role/forensics/run" || *out.Account != a.ID() {
		t.Errorf("identity is %s in %s", *out.Arn, *out.Account)
	}
}
