package awserror_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func status(code int) error {
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: errors.New("x")}
}

func TestAnErrorIsNamedByItsCodeOrByHowTheCallFailed(t *testing.T) {
	names := map[string]string{"Slow": quarantine.Throttled, "ThrottlingException": quarantine.QuotaReached}
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"a known code":          {fmt.Errorf("x: %w", &smithy.GenericAPIError{Code: "Slow"}), quarantine.Throttled},
		"a throttle's code":     {&smithy.GenericAPIError{Code: "EC2ThrottledException"}, quarantine.Throttled},
		"a timeout's code":      {&smithy.GenericAPIError{Code: "RequestTimeoutException"}, quarantine.Unavailable},
		"a common code":         {&smithy.GenericAPIError{Code: "ExpiredToken"}, quarantine.AccessDenied},
		"the service's meaning": {&smithy.GenericAPIError{Code: "ThrottlingException"}, quarantine.QuotaReached},
		"no code":               {&smithy.GenericAPIError{}, quarantine.Unexpected},
		"an unknown code":       {&smithy.GenericAPIError{Code: "Odd"}, quarantine.Unexpected},
		"status 500":            {status(500), quarantine.Unavailable},
		"status 400":            {status(400), quarantine.Unexpected},
		"no connection":         {&smithyhttp.RequestSendError{Err: errors.New("refused")}, quarantine.Unavailable},
		"time ran out":          {fmt.Errorf("x: %w", context.DeadlineExceeded), quarantine.Unavailable},
		"the caller gave up":    {context.Canceled, quarantine.Unavailable},
		"anything else":         {errors.New("Slow"), quarantine.Unexpected},
		"a code beats a status": {errors.Join(&smithy.GenericAPIError{Code: "Slow"}, status(500)), quarantine.Throttled},
	} {
		if got := awserror.Name(c.err, names); got != c.want {
			t.Errorf("%s is %s, want %s", what, got, c.want)
		}
	}
}

func TestTheCodeOfAWrappedErrorIsFound(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("x: %w", &smithy.GenericAPIError{Code: "InvalidSnapshot.NotFound", Message: "Other"})
	if got := awserror.Code(err); got != "InvalidSnapshot.NotFound" {
		t.Errorf("the code is %q", got)
	}
	if !awserror.HasCode(err, "Other", "InvalidSnapshot.NotFound") || awserror.HasCode(err, "Other") {
		t.Error("HasCode must match the error's code only")
	}
	if none := errors.New("x"); awserror.Code(none) != "" || awserror.HasCode(none, "") {
		t.Error("an error that is no answer of a service must have no code")
	}
}
