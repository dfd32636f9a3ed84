package accounttest

import (
	"errors"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// WantCode checks that err is the SDK's error for an AWS error code.
func WantCode(t *testing.T, err error, code string) {
	t.Helper()
	var op *smithy.OperationError
	var api smithy.APIError
	if !errors.As(err, &op) || !errors.As(err, &api) || api.ErrorCode() != code {
		t.Fatalf("error is %v, want an OperationError of code %s", err, code)
	}
}

// WantUnsupported checks that err is an UnsupportedError about that part of AWS.
func WantUnsupported(t *testing.T, err error, what string) {
	t.Helper()
	var u *account.UnsupportedError
	if !errors.As(err, &u) || u.What != what {
		t.Fatalf("error is %v, want that %q is unsupported", err, what)
	}
}

// NoErr checks that err is nil.
func NoErr(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
